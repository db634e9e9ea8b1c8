// The pictures that the README of the project shows, from build/shots (shots.mjs, demo-shots.mjs) to ../docs/screens: 256
// colours, packed tightly.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';

const wanted = {
  'today-light': '05-today-top-desktop-light',
  'today-dark-phone': '05-today-top-phone-dark',
  'course-light': '10-course-top-desktop-light',
  'course-dark': '10-course-top-desktop-dark',
  'risk-light': '09-course-with-risk-top-desktop-light',
  'couple-dark': '11-couple-top-desktop-dark',
  'map-light': '65-map-top-desktop-light',
  'session-light': '70-session-desktop-light',
  'estimated-light': '58-course-estimated-top-desktop-light',
  'import-light': '61-import-match-desktop-light',
  'portal-light-phone': '33-portal-question-phone-light',
  'portal-dark-phone': '30-portal-start-phone-dark',
};
const most = 150_000;
const out = '../docs/screens';

/** Rows of a PNG of 8 bits a channel, as Chromium writes it. */
function decode(png) {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const channels = png[25] === 6 ? 4 : 3;
  const parts = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const rows = Buffer.alloc(stride * height);
  const paeth = (a, b, c) => {
    const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
    return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
  };
  for (let y = 0; y < height; y += 1) {
    const kind = raw[y * (stride + 1)];
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = x < channels ? 0 : rows[at - channels];
      const up = y === 0 ? 0 : rows[at - stride];
      const corner = x < channels || y === 0 ? 0 : rows[at - stride - channels];
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][kind];
      rows[at] = raw[y * (stride + 1) + 1 + x] + guess;
    }
  }
  return { width, height, channels, rows };
}

/** The colours that fill most of the picture, each far enough from the others; every other one takes its nearest. */
function palette({ channels, rows }) {
  const counts = new Map();
  for (let at = 0; at < rows.length; at += channels) {
    const colour = (rows[at] << 16) | (rows[at + 1] << 8) | rows[at + 2];
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const far = (a, b) =>
    ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;
  const ordered = [...counts].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  const kept = [];
  for (const apart of [80, 20, 0])
    for (const colour of ordered)
      if (kept.length < 256 && !kept.some((one) => far(one, colour) <= apart)) kept.push(colour);
  const index = new Map();
  for (const colour of ordered) {
    let best = 0;
    for (let i = 1; i < kept.length; i += 1) if (far(kept[i], colour) < far(kept[best], colour)) best = i;
    index.set(colour, best);
  }
  return { kept, index };
}

const remainders = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});
const crc32 = (bytes) => {
  let c = ~0;
  for (const byte of bytes) c = remainders[(c ^ byte) & 255] ^ (c >>> 8);
  return ~c >>> 0;
};

const chunk = (kind, body) => {
  const all = Buffer.concat([Buffer.alloc(4), Buffer.from(kind, 'latin1'), body, Buffer.alloc(4)]);
  all.writeUInt32BE(body.length, 0);
  all.writeUInt32BE(crc32(all.subarray(4, -4)), all.length - 4);
  return all;
};

function encode(picture) {
  const { width, height, channels, rows } = picture;
  const { kept, index } = palette(picture);
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * channels;
      lines[y * (width + 1) + 1 + x] = index.get((rows[at] << 16) | (rows[at + 1] << 8) | rows[at + 2]);
    }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(kept.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const packed = deflateSync(lines, { level: 9, memLevel: 9 });
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('PLTE', colours),
    chunk('IDAT', packed),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

mkdirSync(out, { recursive: true });
// An argument keeps those whose name it matches.
const only = new RegExp(process.argv[2] ?? '.');
for (const [name, shot] of Object.entries(wanted).filter(([name]) => only.test(name))) {
  const png = encode(decode(readFileSync(`build/shots/${shot}.png`)));
  if (png.length >= most) throw new Error(`${name}: ${png.length} bytes`);
  writeFileSync(`${out}/${name}.png`, png);
  console.log(`${name}: ${(png.length / 1000).toFixed(0)} kB`);
}
