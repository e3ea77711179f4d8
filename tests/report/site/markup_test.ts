import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { element, embeddedJson, escaped, html, Markup } from "../../../report/site/markup.ts";

Deno.test("what is put into a template is escaped, unless it is markup", () => {
  const name = `<b a="1">&`;
  assertEquals(
    String(html`<p title="${name}">${name}${html`<i>${1}</i>`}${[2, null, false, "<"]}</p>`),
    `<p title="&lt;b a=&quot;1&quot;&gt;&amp;">&lt;b a=&quot;1&quot;&gt;&amp;<i>1</i>2&lt;</p>`,
  );
});

Deno.test("an element has the attributes that are something, and escaped children", () => {
  const made = element("td", { class: null, id: "a", hidden: false, "data-value": 0 }, "<", [
    new Markup("<br>"),
  ]);
  assertEquals(String(made), `<td id="a" data-value="0">&lt;<br></td>`);
});

Deno.test("escaped text has nothing that HTML takes for its own", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const written = escaped(text);
    assertEquals(/[<>"]|&(?!(?:amp|lt|gt|quot);)/.test(written), false);
    const back = written.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
      .replaceAll("&amp;", "&");
    assertEquals(back, text);
  }));
});

Deno.test("embedded data cannot end its element, and parses to the same", () => {
  fc.assert(fc.property(fc.jsonValue(), (data) => {
    const written = String(embeddedJson({ data, trap: "</script><!--" }));
    assertEquals(written.includes("<"), false);
    assertEquals(JSON.stringify(JSON.parse(written).data), JSON.stringify(data));
  }));
});
