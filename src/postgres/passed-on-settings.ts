/**
 * Settings of the session that change what a statement means or how its values read. All others are the session's own
 * affair; setting them in a batch would be done as superuser.
 */
export const PASSED_ON_SETTINGS: readonly string[] = (
  'search_path timezone datestyle intervalstyle extra_float_digits bytea_output ' +
  'xmlbinary xmloption array_nulls backslash_quote escape_string_warning standard_conforming_strings ' +
  'transform_null_equals quote_all_identifiers row_security default_text_search_config lc_monetary lc_numeric ' +
  'lc_time application_name icu_validation_level timezone_abbreviations'
).split(' ');
