// Letters of the page back to bytes: five of 85 for four. geomap/webmap/letters.py writes them.

/** Digits of base 85 by the code of their letter. */
const DIGITS = new Uint8Array(128);
for (let code = 0x21, digit = 0; code < 0x7f; code += 1) if (!"\"&'<>\\`{}".includes(String.fromCharCode(code))) DIGITS[code] = digit++;

/** @param {string} letters @returns {Uint8Array} */
export function bytesOf(letters) {
  const missing = (5 - (letters.length % 5)) % 5;
  const words = (letters.length + missing) / 5;
  const bytes = new Uint8Array(4 * words);
  // What is missing at the end counts as the highest digit.
  const text = missing > 0 ? letters + "~".repeat(missing) : letters;
  for (let i = 0, from = 0, to = 0; i < words; i += 1, from += 5, to += 4) {
    // The first four digits stay within 32 bits; what the fifth carries beyond them is meant to be lost.
    const high = ((DIGITS[text.charCodeAt(from)] * 85 + DIGITS[text.charCodeAt(from + 1)]) * 85 + DIGITS[text.charCodeAt(from + 2)]) * 85 + DIGITS[text.charCodeAt(from + 3)];
    const word = (Math.imul(high, 85) + DIGITS[text.charCodeAt(from + 4)]) | 0;
    bytes[to] = word >>> 24;
    bytes[to + 1] = word >>> 16;
    bytes[to + 2] = word >>> 8;
    bytes[to + 3] = word;
  }
  return bytes.subarray(0, bytes.length - missing);
}
