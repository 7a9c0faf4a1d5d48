/* Changing stacks, and leaving frames. Only what the ABI asks a callee to keep is saved, so a switch is a
 * dozen instructions. Nothing else is done here. */

#define CALLEE_SAVED_BYTES 48

	.macro push_saved
	pushq %rbp
	.cfi_adjust_cfa_offset 8
	pushq %rbx
	.cfi_adjust_cfa_offset 8
	pushq %r12
	.cfi_adjust_cfa_offset 8
	pushq %r13
	.cfi_adjust_cfa_offset 8
	pushq %r14
	.cfi_adjust_cfa_offset 8
	pushq %r15
	.cfi_adjust_cfa_offset 8
	.endm

	.macro pop_saved
	popq %r15
	.cfi_adjust_cfa_offset -8
	popq %r14
	.cfi_adjust_cfa_offset -8
	popq %r13
	.cfi_adjust_cfa_offset -8
	popq %r12
	.cfi_adjust_cfa_offset -8
	popq %rbx
	.cfi_adjust_cfa_offset -8
	popq %rbp
	.cfi_adjust_cfa_offset -8
	.endm

	.macro function name
	.text
	.globl \name
	.hidden \name
	.type \name, @function
	.balign 16
\name:
	.cfi_startproc
	endbr64
	.endm

	.macro function_end name
	.cfi_endproc
	.size \name, . - \name
	.endm

/* void switch_stacks(void **ret_from, void *to) */
	function switch_stacks
	push_saved
	movq %rsp, (%rdi)
	movq %rsi, %rsp
	pop_saved
	retq
	function_end switch_stacks

/* bool switch_enter(void **ret_home, void (*f)(void *, void *, uint64_t), void *a, void *b, uint64_t c) */
	function switch_enter
	push_saved
	subq $8, %rsp
	.cfi_adjust_cfa_offset 8
	movq %rsp, (%rdi)
	movq %rsi, %rax
	movq %rdx, %rdi
	movq %rcx, %rsi
	movq %r8, %rdx
	callq *%rax
	xorl %eax, %eax
	addq $8, %rsp
	.cfi_adjust_cfa_offset -8
	pop_saved
	retq
	function_end switch_enter

/* void switch_leave(void *home) */
	function switch_leave
	.cfi_undefined %rip
	movq %rdi, %rsp
	movl $1, %eax
	addq $8, %rsp
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %rbx
	popq %rbp
	retq
	function_end switch_leave

/* void switch_land(void (*f)(void), void *sp) */
	function switch_land
	.cfi_undefined %rip
	movq %rsi, %rsp
	andq $-16, %rsp
	xorl %ebp, %ebp
	callq *%rdi
	ud2
	function_end switch_land

/* Where a fresh stack starts: calls the function that switch_prepare left in rbx. */
	function switch_start
	.cfi_undefined %rip
	xorl %ebp, %ebp
	callq *%rbx
	ud2
	function_end switch_start

	.section .note.GNU-stack, "", @progbits
