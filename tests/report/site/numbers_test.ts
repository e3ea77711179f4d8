import { assertEquals } from "@std/assert";
import { grouped, shown, withMinus } from "../../../report/site/numbers.ts";

Deno.test("numbers have true minus signs, and very large ones powers of ten", () => {
  assertEquals(shown(-64.712), "\u221264.71");
  assertEquals(shown(null), "\u2013");
  assertEquals(shown(1.0679e27), "1.07e27");
  assertEquals(shown(-12345), "\u221212345");
});

Deno.test("only a hyphen before a number is a minus sign", () => {
  assertEquals(
    withMinus("CartPole-v1 -3.5 [-4, -2] 2-step 1e-5 seeds 0-9"),
    "CartPole-v1 \u22123.5 [\u22124, \u22122] 2-step 1e-5 seeds 0-9",
  );
});

Deno.test("counts are grouped by three digits", () => {
  assertEquals([0, 999, 1000, 1234567].map(grouped), [
    "0",
    "999",
    "1\u202f000",
    "1\u202f234\u202f567",
  ]);
});
