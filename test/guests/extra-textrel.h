/* An address in the code that the dynamic linker would have to write there. */
__asm__(".text\n.quad joist_plugin\n");
