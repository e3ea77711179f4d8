import { assertEquals } from "@std/assert";
import { counted, grouped, shown, withMinus } from "../../../report/site/numbers.ts";

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

Deno.test("one thing is not several", () => {
  const said = [0, 1, 2, 2140].map((count) => counted(count, "run"));
  assertEquals(said, ["0 runs", "1 run", "2 runs", "2\u202f140 runs"]);
});
