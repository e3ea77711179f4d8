/** A thousand random functions: minutes, so it is not among the usual tests. Run it by its name. */
import { checkExpressions } from "./check_expression.ts";

Deno.test("a thousand random functions and their gradients, compiled with parts left out", () => {
  checkExpressions(1000);
});
