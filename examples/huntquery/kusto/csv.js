'use strict';
// Reads CSV: commas, quotes doubled inside quotes, lines ended by LF or CRLF.
const fs = require('node:fs');

function parse(text) {
  const records = [];
  let record = [];
  let field = '';
  let quoted = false;
  const endField = () => {
    record.push(field);
    field = '';
  };
  const endRecord = () => {
    endField();
    records.push(record);
    record = [];
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[++i];
      else quoted = false;
    } else if (c === '"') {
      quoted = true;
    } else if (c === ',') {
      endField();
    } else if (c === '\n') {
      endRecord();
    } else if (c !== '\r' || text[i + 1] !== '\n') {
      field += c;
    }
  }
  if (field !== '' || record.length > 0) endRecord();
  return records;
}

const readFile = (file) => parse(fs.readFileSync(file, 'utf8').replace(/^\ufeff/, ''));

module.exports = { parse, readFile };
