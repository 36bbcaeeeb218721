'use strict';
// Numbers of the type decimal: a whole number and how many of its digits are decimals.

const DIGITS = 34; // as many as the page of the decimal type names

class Decimal {
  constructor(whole, scale) {
    this.whole = whole;
    this.scale = scale;
  }

  static parse(text) {
    const m = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?\s*$/i.exec(text);
    if (!m || (!m[2] && !m[3])) return null;
    const whole = BigInt(m[2] + (m[3] || '')) * (m[1] === '-' ? -1n : 1n);
    const scale = (m[3] || '').length - Number(m[4] || 0);
    return scale >= 0 ? new Decimal(whole, scale) : new Decimal(whole * 10n ** BigInt(-scale), 0);
  }

  // at returns the whole number with another scale that is not smaller.
  at(scale) {
    return this.whole * 10n ** BigInt(scale - this.scale);
  }

  add(other) {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(this.at(scale) + other.at(scale), scale);
  }

  subtract(other) {
    return this.add(other.negate());
  }

  negate() {
    return new Decimal(-this.whole, this.scale);
  }

  multiply(other) {
    return new Decimal(this.whole * other.whole, this.scale + other.scale);
  }

  divide(other) {
    if (other.whole === 0n) return null;
    const scale = DIGITS;
    return new Decimal((this.at(Math.max(scale, this.scale)) * 10n ** BigInt(other.scale)) / other.whole, Math.max(scale, this.scale)).trim();
  }

  trim() {
    let { whole, scale } = this;
    while (scale > 0 && whole % 10n === 0n) {
      whole /= 10n;
      scale--;
    }
    return new Decimal(whole, scale);
  }

  compare(other) {
    const scale = Math.max(this.scale, other.scale);
    const a = this.at(scale);
    const b = other.at(scale);
    return a < b ? -1 : a > b ? 1 : 0;
  }

  toNumber() {
    return Number(this.toString());
  }

  toString() {
    const { whole, scale } = this.trim();
    const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, '0');
    const text = scale === 0 ? digits : digits.slice(0, -scale) + '.' + digits.slice(-scale);
    return (whole < 0n ? '-' : '') + text;
  }
}

module.exports = { Decimal };
