/** Thousands of random functions: minutes, so they are not among the usual tests. Run it by its name. */
import { checkExpressions } from "./check_expression.ts";
import { checkUpdates } from "./check_updates.ts";

Deno.test("a thousand random functions and their gradients, compiled with parts left out", () => {
  checkExpressions(1000);
});

Deno.test("two thousand random updates of states, compiled with parts left out", () => {
  checkUpdates(2000);
});
