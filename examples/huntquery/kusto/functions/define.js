'use strict';
// How the files beside this one define a function.
//
// Most functions are plain functions of values: null if a value is null, and never called
// then, unless seesNull is set. takes says in which form they want their arguments:
//   typed    as they are; a dynamic one is refused, as it must be converted first
//   values   as they are; a dynamic one is given as its text
//   text     all as text
//   dynamic  all as dynamic values
// The others have compile, which gets the call ({name, args, type, node, scope}) and
// returns an Expr.

const form = (takes) => (fn, seesNull = false) => ({ fn, takes, seesNull });

module.exports = {
  typed: form('typed'),
  values: form('values'),
  text: form('text'),
  dynamic: form('dynamic'),
  special: (compile) => ({ compile }),
};
