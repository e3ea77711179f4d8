import { assert, assertEquals, assertRejects } from "@std/assert";
import { bundlePage, inHtml } from "../../../report/page/bundle.ts";

const run = await Deno.permissions.query({ name: "run", command: Deno.execPath() });

Deno.test("a script keeps its meaning where HTML would end it", () => {
  const script =
    'const texts = ["</script>", `<!-- ${1 + 1} -->`, "<SCRIPT src>", /<\\/script/.source, "a<b"];';
  const safe = inHtml(script);
  assert(!/<(?:!--|\/?script)/i.test(safe), safe);
  assert(safe.includes('"a<b"'));
  const texts = (code: string) => new Function(`${code} return texts;`)();
  assertEquals(texts(safe), texts(script));
});

Deno.test({
  name: "a page that cannot be bundled is named, with the reason",
  ignore: run.state !== "granted",
  async fn() {
    const missing = new URL("./no_such_page.ts", import.meta.url);
    await assertRejects(
      () => bundlePage(missing),
      Error,
      "no_such_page.ts cannot be bundled:\n  error: No such file or directory (os error 2)",
    );
  },
});
