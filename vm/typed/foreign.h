/* libffi, as far as the node needs it: calls of functions whose types are known only at run time. */
#ifndef JOIST_VM_TYPED_FOREIGN_H
#define JOIST_VM_TYPED_FOREIGN_H

#include "vm/typed/shape.h"

/* How arguments and the result of a type of function are passed. */
struct foreign;

/* Made in `arena`. `fixed` parameters stand before `...`; 0: there is none. NULL, with what is wrong, if
 * libffi cannot; with nothing said, if memory is short. */
const struct foreign *foreign_make(struct arena *arena, const struct shape *result,
				   const struct shape *const *parameters, unsigned count,
				   unsigned fixed, struct typed_mistake *mistake);

/* Calls `code`: `values` are the places of the arguments; the result is written to `ret_result`, which
 * has room for it and for no less than FOREIGN_RESULT_BYTES. */
#define FOREIGN_RESULT_BYTES 16
void foreign_call(const struct foreign *foreign, void (*code)(void), void *ret_result,
		  void **values);

/* A function of that type, made now: what calls it runs `run` with the places of its arguments and of its
 * result, where an integer is a whole word. NULL when memory is short. */
struct foreign_closure;
struct foreign_closure *foreign_closure_make(const struct foreign *foreign,
					     void (*run)(void *user, void *result,
							 void **arguments),
					     void *user);
void *foreign_closure_code(const struct foreign_closure *closure);
void foreign_closure_free(struct foreign_closure *closure);

#endif
