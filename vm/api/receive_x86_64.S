/* How joist_receive and joist_receive_timeout return to the plugin.
 *
 * A processor predicts where a `ret` leads by what was called last, and knows nothing of stacks that were
 * changed meanwhile: it would expect the code of the actor that waited last, and lose 5 ns finding out.
 * Jumps are predicted by where they led before, of which actors that talk make a pattern. So who has waited
 * is returned to by a jump, and others, whose callers a jump would confuse, by a `ret`. */

	.text
	.globl joist_receive
	.type joist_receive, @function
	.balign 16

/* joist_term joist_receive(struct joist_actor *self) */
joist_receive:
	.cfi_startproc
	endbr64
	movq $-1, %rsi /* JOIST_INFINITY, and on into the next */
	.cfi_endproc
	.size joist_receive, . - joist_receive

	.globl joist_receive_timeout
	.type joist_receive_timeout, @function

/* joist_term joist_receive_timeout(struct joist_actor *self, int64_t timeout_ms) */
joist_receive_timeout:
	.cfi_startproc
	endbr64
	pushq %rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbp, 0
	movq %rsp, %rbp
	callq receive_next /* the message in rax, whether the actor has waited in dl */
	popq %rbp
	.cfi_adjust_cfa_offset -8
	.cfi_restore %rbp
	testb %dl, %dl
	jnz 1f
	retq
1:	popq %rcx
	.cfi_adjust_cfa_offset -8
	.cfi_register %rip, %rcx
	notrack jmpq *%rcx
	.cfi_endproc
	.size joist_receive_timeout, . - joist_receive_timeout

	.section .note.GNU-stack, "", @progbits
