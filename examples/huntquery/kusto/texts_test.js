'use strict';
// Functions of texts, with the examples of their pages (data-explorer/kusto/query/….md).
const { cases, table } = require('./testing');

const one = (...cells) => [cells];
const id = '82b8be2d-dfa7-4bd1-8f63-24ad26d31449';

cases('texts', [
  ['strlen-function: letters', 'strlen("hello")', 5],
  ['strlen-function: symbols', 'strlen("⒦⒰⒮⒯⒪")', 5],
  ['strlen-function: two code points', "strlen('C\u0327edilla')", 8],
  ['strlen: counts code points, not halves', 'strlen("😀")', 1],
  ['substring-function', 'substring("123456", 1), substring("123456", 2, 2), substring("ABCD", 0, 2), substring("123456", -2, 2)', one('23456', '34', 'AB', '56')],
  ['substring past the end', 'substring("abc", 5), substring("abc", 2, 9), substring("", 0, 1)', one('', 'c', '')],
  ['indexof-function', `
    idx1 = indexof("abcdefg","cde"), idx2 = indexof("abcdefg","cde",1,4), idx3 = indexof("abcdefg","cde",1,2),
    idx4 = indexof("abcdefg","cde",3,4), idx5 = indexof("abcdefg","cde",-5), idx6 = indexof(1234567,5,1,4),
    idx7 = indexof("abcdefg","cde",2,-1), idx8 = indexof("abcdefgabcdefg", "cde", 1, 10, 2),
    idx9 = indexof("abcdefgabcdefg", "cde", 1, -1, 3)`, one(2, 2, -1, -1, 2, 4, 2, 9, -1)],
  ['split-function', 'split("aa_bb", "_"), split("aaa_bbb_ccc", "_", 1), split("", "_"), split("a__b", "_"), split("aabbcc", "bb")',
    one(['aa', 'bb'], ['bbb'], [''], ['a', '', 'b'], ['aa', 'cc'])],
  ['strcat-function', 'strcat("hello", " ", "world"), strcat("Line 1\\n", "Line 2\\n", "Line 3")', one('hello world', 'Line 1\nLine 2\nLine 3')],
  ['strcat-delim-function', "strcat_delim('-', 1, '2', 'A', 1s)", '1-2-A-00:00:01'],
  ['strcat-array-function', `strcat_array(dynamic([1, 2, 3]), "->"), strcat_array(dynamic([1, 2, 3]), '"')`, one('1->2->3', '1"2"3')],
  ['replace-string-function', "replace_string('Number is 1', 'is', 'was')", 'Number was 1'],
  ['replace-regex-function', "replace_regex('Number is 1', @'is (\\d+)', @'was: \\1')", 'Number was: 1'],
  ['replace_regex: whole match', "replace_regex('a1', @'\\d', @'<\\0$>')", 'a<1$>'],
  ['replace-strings-function: simple', "replace_strings('A magic trick can turn a cat into a dog', dynamic(['cat', 'dog']), dynamic(['dog', 'pigeon']))", 'A magic trick can turn a dog into a pigeon'],
  ['replace-strings-function: empty', "replace_strings('A magic trick can turn a cat into a dog', dynamic(['turn', ' into a dog']), dynamic(['disappear', '']))", 'A magic trick can disappear a cat'],
  ['replace-strings-function: order', `
    replace_strings("This is an example of using replace_strings()", dynamic(['This', 'is']), dynamic(['This', 'was'])),
    replace_strings("This is an example of using replace_strings()", dynamic(['is', 'This']), dynamic(['was', 'This']))`,
  one('This was an example of using replace_strings()', 'Thwas was an example of using replace_strings()')],
  ['replace-strings-function: not a text', `replace_strings("This is an example of using replace_strings()", dynamic(['This', 'is']), dynamic([12345, 'was']))`, 'This was an example of using replace_strings()'],
  ['extract-function: typed', `datatable(DateString: string)["15-12-2024", "21-07-2023", "10-03-2022"]
    | extend Month = extract(@"-(\\d{2})-", 1, DateString, typeof(int)) | project DateString, Month`,
  table('15-12-2024 | 12 \n 21-07-2023 | 7 \n 10-03-2022 | 3')],
  ['extract-function: name', 'extract("User: ([^,]+)", 1, "User: JohnDoe, Email: johndoe@example.com, Age: 29")', 'JohnDoe'],
  ['extract: no match', 'extract("x(y)", 1, "abc"), isnull(extract("x(y)", 1, "abc", typeof(long)))', one('', true)],
  ['extract-all-function: introduction', 'extract_all(@"(\\d+)", "a set of numbers: 123, 567 and 789")', one(['123', '567', '789'])],
  ['extract-all-function: one group', `extract_all(@"([\\da-f]{2})", "${id}")`, one(['82', 'b8', 'be', '2d', 'df', 'a7', '4b', 'd1', '8f', '63', '24', 'ad', '26', 'd3', '14', '49'])],
  ['extract-all-function: groups', `extract_all(@"(\\w)(\\w+)(\\w)", "${id}")`, one([['8', '2b8be2', 'd'], ['d', 'fa', '7'], ['4', 'bd', '1'], ['8', 'f6', '3'], ['2', '4ad26d3144', '9']])],
  ['extract-all-function: subset', `extract_all(@"(\\w)(\\w+)(\\w)", dynamic([1,3]), "${id}")`, one([['8', 'd'], ['d', '7'], ['4', '1'], ['8', '3'], ['2', '9']])],
  ['extract-all-function: named', `extract_all(@"(?P<first>\\w)(?P<middle>\\w+)(?P<last>\\w)", dynamic(['first',2,'last']), "${id}")`, one([['8', '2b8be2', 'd'], ['d', 'fa', '7'], ['4', 'bd', '1'], ['8', 'f6', '3'], ['2', '4ad26d3144', '9']])],
  ['trim-function', 'trim("--", "--https://bing.com--")', 'https://bing.com'],
  ['trim-function: words', 'trim(@"[^\\w]+", "-  Te st1// $")', 'Te st1'],
  ['trim-function: spaces', 'trim(@"\\s+", "    Hello, world!    ")', 'Hello, world!'],
  ['trim-start-function', 'trim_start("https://", "https://bing.com"), trim_start(@"[^\\w]+", "-  Te st1// $"), trim_start(@"\\s+", "    Hello, world!    ")', one('bing.com', 'Te st1// $', 'Hello, world!    ')],
  ['trim-end-function', 'trim_end(".com", "bing.com"), trim_end(@"[^\\w]+", "-  Te st1// $"), trim_end(@"\\s+", "    Hello, world!    ")', one('bing', '-  Te st1', '    Hello, world!')],
  ['reverse-function', 'reverse("ABCDEFGHIJKLMNOPQRSTUVWXYZ")', 'ZYXWVUTSRQPONMLKJIHGFEDCBA'],
  ['reverse-function: other types', 'reverse(12345), reverse(123.45), reverse(datetime(2017-10-15 12:00)), reverse(3h)', one('54321', '54.321', 'Z0000000.00:00:21T51-01-7102', '00:00:30')],
  ['countof-function', 'countof("aaa", "a"), countof("aaaa", "aa"), countof("ababa", "ab", "normal"), countof("ababa", "aba"), countof("ababa", "aba", "regex"), countof("abcabc", "a.c", "regex")', one(3, 3, 2, 2, 1, 2)],
  ['strcmp-function', 'strcmp("ABC","ABC"), strcmp("abc","ABC"), strcmp("ABC","abc"), strcmp("abcde","abc")', one(0, 1, -1, 1)],
  ['strrep-function', "strrep('ABC', 2), strrep(123,3,'.'), strrep(3s,2,' ')", one('ABCABC', '123.123.123', '00:00:03 00:00:03')],
  ['tolower-function, toupper-function', 'tolower("Hello") == "hello", toupper("hello") == "HELLO"', one(true, true)],
  ['base64-decode-tostring-function', 'base64_decode_tostring("S3VzdG8="), base64_decode_tostring("U3RyaW5n0KHR0tGA0L7Rh9C60LA=")', one('Kusto', '')],
]);

cases('URLs', [
  ['url-decode-function', "url_decode(@'https%3a%2f%2fwww.bing.com%2f')", 'https://www.bing.com/'],
  ['url-encode-function', "url_encode(@'https://www.bing.com/hello world')", 'https%3a%2f%2fwww.bing.com%2fhello+world'],
  ['url-encode-component-function', "url_encode_component(@'https://www.bing.com/hello world/')", 'https%3a%2f%2fwww.bing.com%2fhello%20world%2f'],
  ['parse-url-function', 'parse_url("scheme://username:password@host:1234/this/is/a/path?k1=v1&k2=v2#fragment")', {
    Scheme: 'scheme', Host: 'host', Port: '1234', Path: 'this/is/a/path', Username: 'username', Password: 'password',
    'Query Parameters': { k1: 'v1', k2: 'v2' }, Fragment: 'fragment',
  }],
  ['parse_url: of a link', 'tostring(parse_url("https://eur01.safelinks.example/?url=https%3A%2F%2Fa.example%2F&data=1")["Query Parameters"].url)', 'https://a.example/'],
]);

cases('operators of texts (datatypes-string-operators)', [
  ['==, !=', '"aBc" == "aBc", "abc" != "ABC"', one(true, true)],
  ['=~, !~', '"abc" =~ "ABC", "aBc" !~ "xyz"', one(true, true)],
  ['has, !has', '"North America" has "america", "North America" !has "amer"', one(true, true)],
  ['has_cs, !has_cs', '"North America" has_cs "America", "North America" !has_cs "amer"', one(true, true)],
  ['hasprefix', '"North America" hasprefix "ame", "North America" !hasprefix "mer", "North America" hasprefix_cs "Ame", "North America" !hasprefix_cs "CA"', one(true, true, true, true)],
  ['hassuffix', '"North America" hassuffix "ica", "North America" !hassuffix "americ", "North America" hassuffix_cs "ica", "North America" !hassuffix_cs "icA"', one(true, true, true, true)],
  ['contains', '"FabriKam" contains "BRik", "Fabrikam" !contains "xyz", "FabriKam" contains_cs "Kam", "Fabrikam" !contains_cs "Kam"', one(true, true, true, true)],
  ['startswith', '"Fabrikam" startswith "fab", "Fabrikam" !startswith "kam", "Fabrikam" startswith_cs "Fab", "Fabrikam" !startswith_cs "fab"', one(true, true, true, true)],
  ['endswith', '"Fabrikam" endswith "Kam", "Fabrikam" !endswith "brik", "Fabrikam" endswith_cs "kam", "Fabrikam" !endswith_cs "brik"', one(true, true, true, true)],
  ['matches regex', '"Fabrikam" matches regex "b.*k"', true],
  ['in, !in', '"abc" in ("123", "345", "abc"), "bca" !in ("123", "345", "abc")', one(true, true)],
  ['in~, !in~', '"abc" in~ ("123", "345", "ABC"), "bca" !in~ ("123", "345", "ABC")', one(true, true)],
  ['has_any, has_all', '"North America" has_any("south", "north"), "North America" has_all("south", "north"), "North America" has_all("america", "north")', one(true, false, true)],
  ['has: terms of the page', `"Kusto: ad67d136-c1db-4f9f-88ef-d94f3b6b0b5a;;WilliamGates3rd" has "WilliamGates3rd",
    "Kusto: ad67d136-c1db-4f9f-88ef-d94f3b6b0b5a;;WilliamGates3rd" has "c1db",
    "Kusto: ad67d136-c1db-4f9f-88ef-d94f3b6b0b5a;;WilliamGates3rd" has "WilliamGates"`, one(true, true, false)],
  ['has of several terms', '"a user@contoso.com b" has "user@contoso.com", "a xuser@contoso.com b" has "user@contoso.com"', one(true, false)],
]);
