import Ctx7Model
import Testing

@Suite struct JSONTests {
  @Test func `objects keep their order, on one line and over several`() {
    let value: JSONValue = ["b": 1, "a": [true, nil, 1.5], "empty": [], "text": "x"]
    #expect(value.description == #"{"b":1,"a":[true,null,1.5],"empty":[],"text":"x"}"#)
    #expect(
      value.pretty == """
        {
          "b": 1,
          "a": [
            true,
            null,
            1.5
          ],
          "empty": [],
          "text": "x"
        }
        """)
  }

  @Test(arguments: [
    "plain", "", "\"\\", "line\nbreak\r\t", "\u{0}\u{1}\u{1B}\u{7F}\u{85}\u{2028}\u{2029}", "é漢👩‍👩‍👧‍👦",
    "\u{FEFF}x", "</script>",
  ])
  func `any text survives, on one line`(text: String) throws {
    let quoted = JSONValue.quote(text)
    #expect(!quoted.unicodeScalars.contains { $0.properties.generalCategory == .control || $0 == "\u{2028}" })
    let parsed = try JSONValue(parsing: quoted)
    #expect(parsed == .string(text))
  }

  @Test(arguments: ["00", "-00", "01", "-012"])
  func `a number that begins with 0 is refused`(text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
  }

  @Test func `infinities are null, for JSON has none`() {
    #expect(JSONValue(Double.infinity).description == "null")
    #expect(JSONValue.number(.nan).description == "null")
  }

  @Test func `integers are exact`() throws {
    let parsed = try JSONValue(parsing: "[9223372036854775807, -1, 1.5]")
    #expect(parsed == [.integer(.max), -1, 1.5])
  }
}
