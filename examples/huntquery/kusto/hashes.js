'use strict';
// xxHash64 with seed 0, which hash() uses, and the digests of node:crypto.
const crypto = require('node:crypto');

const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;
const cut = (n) => BigInt.asUintN(64, n);
const rotate = (n, bits) => cut(n << BigInt(bits)) | (n >> BigInt(64 - bits));
const round = (lane, input) => cut(rotate(cut(lane + input * P2), 31) * P1);
const merge = (hash, lane) => cut((hash ^ round(0n, lane)) * P1 + P4);

// xxhash64 returns an unsigned BigInt.
function xxhash64(buffer) {
  const length = buffer.length;
  let at = 0;
  let hash;
  if (length >= 32) {
    const lanes = [cut(P1 + P2), P2, 0n, cut(-P1)];
    for (; at + 32 <= length; at += 32) {
      for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i], buffer.readBigUInt64LE(at + 8 * i));
    }
    hash = cut(rotate(lanes[0], 1) + rotate(lanes[1], 7) + rotate(lanes[2], 12) + rotate(lanes[3], 18));
    for (const lane of lanes) hash = merge(hash, lane);
  } else {
    hash = P5;
  }
  hash = cut(hash + BigInt(length));
  for (; at + 8 <= length; at += 8) {
    hash = cut(rotate(hash ^ round(0n, buffer.readBigUInt64LE(at)), 27) * P1 + P4);
  }
  if (at + 4 <= length) {
    hash = cut(rotate(hash ^ cut(BigInt(buffer.readUInt32LE(at)) * P1), 23) * P2 + P3);
    at += 4;
  }
  for (; at < length; at++) {
    hash = cut(rotate(hash ^ cut(BigInt(buffer[at]) * P5), 11) * P1);
  }
  hash = cut((hash ^ (hash >> 33n)) * P2);
  hash = cut((hash ^ (hash >> 29n)) * P3);
  return hash ^ (hash >> 32n);
}

const digest = (name) => (text) => crypto.createHash(name).update(text).digest('hex');

module.exports = { xxhash64, sha256: digest('sha256'), sha1: digest('sha1'), md5: digest('md5') };
