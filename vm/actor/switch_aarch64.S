/* Changing stacks, and leaving frames. Only what the ABI asks a callee to keep is saved: x19 to x30 and
 * the low halves of v8 to v15. Nothing else is done here. */

	.macro save_all
	sub sp, sp, #160
	stp x19, x20, [sp, #0]
	stp x21, x22, [sp, #16]
	stp x23, x24, [sp, #32]
	stp x25, x26, [sp, #48]
	stp x27, x28, [sp, #64]
	stp x29, x30, [sp, #80]
	stp d8, d9, [sp, #96]
	stp d10, d11, [sp, #112]
	stp d12, d13, [sp, #128]
	stp d14, d15, [sp, #144]
	.endm

	.macro load_all
	ldp x19, x20, [sp, #0]
	ldp x21, x22, [sp, #16]
	ldp x23, x24, [sp, #32]
	ldp x25, x26, [sp, #48]
	ldp x27, x28, [sp, #64]
	ldp x29, x30, [sp, #80]
	ldp d8, d9, [sp, #96]
	ldp d10, d11, [sp, #112]
	ldp d12, d13, [sp, #128]
	ldp d14, d15, [sp, #144]
	add sp, sp, #160
	.endm

	.macro function name
	.text
	.globl \name
	.hidden \name
	.type \name, %function
	.balign 16
\name:
	.cfi_startproc
	.endm

	.macro function_end name
	.cfi_endproc
	.size \name, . - \name
	.endm

/* void switch_stacks(void **ret_from, void *to) */
	function switch_stacks
	save_all
	mov x9, sp
	str x9, [x0]
	mov sp, x1
	load_all
	ret
	function_end switch_stacks

/* bool switch_enter(void **ret_home, void (*f)(void *, void *, uint64_t), void *a, void *b, uint64_t c) */
	function switch_enter
	save_all
	.cfi_adjust_cfa_offset 160
	.cfi_rel_offset x29, 80
	.cfi_rel_offset x30, 88
	add x29, sp, #80
	mov x9, sp
	str x9, [x0]
	mov x9, x1
	mov x0, x2
	mov x1, x3
	mov x2, x4
	blr x9
	mov w0, #0
	load_all
	ret
	function_end switch_enter

/* void switch_leave(void *home) */
	function switch_leave
	.cfi_undefined x30
	mov sp, x0
	mov w0, #1
	load_all
	ret
	function_end switch_leave

/* void switch_land(void (*f)(void), void *sp) */
	function switch_land
	.cfi_undefined x30
	and x9, x1, #-16
	mov sp, x9
	mov x29, #0
	blr x0
	brk #1
	function_end switch_land

/* Where a fresh stack starts: calls the function that switch_prepare left in x19. */
	function switch_start
	.cfi_undefined x30
	mov x29, #0
	blr x19
	brk #1
	function_end switch_start

	.section .note.GNU-stack, "", %progbits
