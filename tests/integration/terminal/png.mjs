// Reads the grey PNG files that `taanu synth` writes (ISO/IEC 15948, filter types 0 to 4).
import { inflateSync } from "node:zlib";
import { readFileSync } from "node:fs";

function predict(type, left, above, corner) {
  switch (type) {
    case 0: return 0;
    case 1: return left;
    case 2: return above;
    case 3: return (left + above) >> 1;
    default: {
      const p = left + above - corner;
      const [a, b, c] = [Math.abs(p - left), Math.abs(p - above), Math.abs(p - corner)];
      return a <= b && a <= c ? left : b <= c ? above : corner;
    }
  }
}

// {width, height, pixels}, one byte a pixel from the top.
export function readPng(file) {
  const bytes = readFileSync(file);
  const parts = [];
  let width = 0;
  let height = 0;
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") {
      width = data.readUInt32BE(0);
      height = data.readUInt32BE(4);
      if (data[8] !== 8 || data[9] !== 0 || data[12] !== 0) throw new Error(`${file}: not grey`);
    }
    if (type === "IDAT") parts.push(data);
    at += 12 + length;
  }
  const lines = inflateSync(Buffer.concat(parts));
  const pixels = Buffer.alloc(width * height);
  for (let y = 0; y < height; ++y) {
    const type = lines[y * (width + 1)];
    for (let x = 0; x < width; ++x) {
      const here = y * width + x;
      const left = x > 0 ? pixels[here - 1] : 0;
      const above = y > 0 ? pixels[here - width] : 0;
      const corner = x > 0 && y > 0 ? pixels[here - width - 1] : 0;
      pixels[here] = lines[y * (width + 1) + 1 + x] + predict(type, left, above, corner);
    }
  }
  return { width, height, pixels };
}

// The print where only a spot of it touched the sensor, about its middle.
export function spot({ width, height, pixels }, diameter) {
  const left = Buffer.from(pixels);
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) {
      if (Math.hypot(x - width / 2, y - height / 2) > diameter / 2) left[y * width + x] = 255;
    }
  }
  return { width, height, pixels: left };
}
