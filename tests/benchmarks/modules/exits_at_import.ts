/** Ends the process while it is loaded. */
Deno.exit(0);
