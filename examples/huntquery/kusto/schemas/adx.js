'use strict';
// Tables of Azure Data Explorer that hold what Defender streams and Entra ID exports.
//
// Microsoft's series "Limitless advanced hunting with Azure Data Explorer" streams each table
// into a raw one, from which an update policy fills a table with the columns of advanced
// hunting. EmailEvents has no LatestDeliveryLocation and LatestDeliveryAction then: its page
// says that the streaming API leaves them out.
//
// Assumed: AdditionalFields is dynamic, as the policies of that series make it; the sign-in
// logs of the diagnostic settings have the columns of Azure Monitor without those of a
// workspace; EntraIdSignInEvents and AADSignInEventsBeta are there.
const { table, without, retyped } = require('./table');
const defender = require('./defender');
const signins = require('./signins');

const streamed = Object.fromEntries(Object.entries(defender)
  .map(([name, columns]) => [name, retyped(columns, { AdditionalFields: 'dynamic' })]));

module.exports = {
  ...streamed,
  EmailEvents: without(streamed.EmailEvents, 'LatestDeliveryLocation', 'LatestDeliveryAction'),
  SigninLogs: table(`TimeGenerated:datetime ${signins.interactive}`),
  AADNonInteractiveUserSignInLogs: table(`TimeGenerated:datetime ${signins.nonInteractive}`),
};
