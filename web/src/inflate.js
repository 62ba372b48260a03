// Base64 of deflated bytes back to bytes; the loader has this too.

/** @param {string} base64 @returns {Uint8Array} */
function bytesOfBase64(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const raw = atob(base64);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i += 1) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

/** @param {string} base64 of bytes deflated by zlib @returns {Promise<Uint8Array>} */
export function unpacked(base64) {
  return inflated(bytesOfBase64(base64));
}

/** @param {Uint8Array} deflated by zlib @returns {Promise<Uint8Array>} */
export async function inflated(deflated) {
  const stream = new DecompressionStream("deflate");
  // All at once, and not by way of a Blob, which goes to another process and back.
  const writer = stream.writable.getWriter();
  writer.write(deflated).catch(() => {});
  writer.close().catch(() => {});
  const reader = stream.readable.getReader();
  const parts = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    parts.push(next.value);
    size += next.value.length;
  }
  if (parts.length === 1) return parts[0];
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
