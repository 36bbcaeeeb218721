'use strict';
const test = require('node:test');
const assert = require('node:assert');
const p = require('./parser');
const { named, parse } = require('./schemas');

const DEFENDER = ['AADSignInEventsBeta', 'AlertEvidence', 'CloudAppEvents', 'DeviceEvents', 'DeviceNetworkEvents', 'EmailEvents',
  'EmailPostDeliveryEvents', 'EmailUrlInfo', 'EntraIdSignInEvents', 'IdentityLogonEvents', 'MessageEvents',
  'MessagePostDeliveryEvents', 'MessageUrlInfo', 'UrlClickEvents'];
const SIGN_INS = ['AADNonInteractiveUserSignInLogs', 'SigninLogs'];

test('the tables of each schema', () => {
  const entra = (name) => !/^(EntraIdSignInEvents|AADSignInEventsBeta)$/.test(name);
  assert.deepStrictEqual([...named('defender').keys()].sort(), DEFENDER);
  assert.deepStrictEqual([...named('adx').keys()].sort(), [...DEFENDER, ...SIGN_INS].sort());
  assert.deepStrictEqual([...named('sentinel').keys()].sort(), [...DEFENDER.filter(entra), ...SIGN_INS, 'OfficeActivity'].sort());
});

test('columns have a name once and a type that is known', () => {
  for (const schema of ['defender', 'sentinel', 'adx']) {
    for (const [table, columns] of named(schema)) {
      const names = columns.map((c) => c.name);
      assert.strictEqual(new Set(names).size, names.length, `${schema} ${table}`);
      for (const { name, type } of columns) {
        assert.match(name, /^\w+$/, `${schema} ${table}`);
        assert.match(type, /^(bool|datetime|dynamic|int|long|real|string)$/, `${schema} ${table}.${name}`);
      }
    }
  }
});

test('times and types that queries rely on', () => {
  const cases = [
    ['defender', 'UrlClickEvents', { Timestamp: 'datetime', TimeGenerated: undefined, AccountUpn: 'string', IsClickedThrough: 'bool', ReportId: 'string', UrlChain: 'string' }],
    ['sentinel', 'UrlClickEvents', { Timestamp: undefined, TimeGenerated: 'datetime', IsClickedThrough: 'bool' }],
    ['adx', 'UrlClickEvents', { Timestamp: 'datetime', TimeGenerated: undefined }],
    ['sentinel', 'EmailEvents', { Timestamp: undefined, TimeGenerated: 'datetime', LatestDeliveryLocation: 'string' }],
    ['adx', 'EmailEvents', { LatestDeliveryLocation: undefined, LatestDeliveryAction: undefined, DeliveryLocation: 'string' }],
    ['sentinel', 'SigninLogs', { TimeGenerated: 'datetime', ResultType: 'string', Location: 'string', RiskLevelDuringSignIn: 'string', UserPrincipalName: 'string', IPAddress: 'string', DeviceDetail: 'dynamic' }],
    ['sentinel', 'AADNonInteractiveUserSignInLogs', { ResultType: 'string', DeviceDetail: 'string', Status: 'string' }],
    ['adx', 'SigninLogs', { TimeGenerated: 'datetime', ResultType: 'string', TenantId: undefined }],
    ['defender', 'EntraIdSignInEvents', { Timestamp: 'datetime', ErrorCode: 'int', EntraIdDeviceId: 'string', AadDeviceId: undefined }],
    ['defender', 'DeviceEvents', { AdditionalFields: 'string', ReportId: 'long' }],
    ['adx', 'DeviceEvents', { AdditionalFields: 'dynamic' }],
    ['sentinel', 'MessagePostDeliveryEvents', { Timestamp: undefined, TimeGenerated: 'datetime', RecipientDetails: 'dynamic' }],
  ];
  for (const [schema, table, wanted] of cases) {
    const types = Object.fromEntries(named(schema).get(table).map((c) => [c.name, c.type]));
    const found = Object.fromEntries(Object.keys(wanted).map((name) => [name, types[name]]));
    assert.deepStrictEqual(found, wanted, `${schema} ${table}`);
  }
});

test('the parser takes all of them', () => {
  for (const schema of ['defender', 'sentinel', 'adx']) {
    const tables = [...named(schema)].map(([name, columns]) => ({ name, columns }));
    const globals = p.declare(tables, null);
    for (const { name, columns } of tables) {
      const query = `${name} | project ${columns.map((c) => c.name).join(', ')}`;
      assert.deepStrictEqual(p.analyze(query, globals).diagnostics, [], `${schema} ${name}`);
    }
  }
});

test('--table', () => {
  assert.deepStrictEqual(parse(' T ( A : string, B:double ,C:date)'), {
    name: 'T', columns: [{ name: 'A', type: 'string' }, { name: 'B', type: 'real' }, { name: 'C', type: 'datetime' }],
  });
  for (const wrong of ['T', 'T(A)', 'T(A:)', 'T(A:word)', 'T(A B:string)', '(A:string)']) assert.throws(() => parse(wrong), /^Error: kusto: table: no /);
});
