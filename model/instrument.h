/* What the verifier counts beside its search: how often each rule was looked at, which rows of the tables were used.
 * The environment can change one entry of a table (CLOSING_MUTANT="says 17 5"), leave one rule (CLOSING_RULE=3) or
 * plant a fault in the world around the table (CLOSING_FAULT=1): that is how scripts/check_model shows that the rules
 * bite. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long rule_count[64], row_count[4096], outcome_count[256];

static void tell_counts(void) {
  int i;
  for (i = 0; i < 64; ++i)
    if (rule_count[i] != 0) printf("rule %d %ld\n", i, rule_count[i]);
  for (i = 0; i < 4096; ++i)
    if (row_count[i] != 0) printf("row %d %ld\n", i, row_count[i]);
  for (i = 0; i < 256; ++i)
    if (outcome_count[i] != 0) printf("outcome %d %ld\n", i, outcome_count[i]);
}

static unsigned char number_from(const char* name, unsigned char without) {
  const char* text = getenv(name);
  return text == NULL ? without : (unsigned char)atoi(text);
}

static void change_entry(unsigned char* next, unsigned char* emits, unsigned char* says, unsigned char* outcome) {
  char table[16];
  int row, value;
  const char* text = getenv("CLOSING_MUTANT");
  if (text == NULL) return;
  if (sscanf(text, "%15s %d %d", table, &row, &value) != 3) exit(2);
  if (strcmp(table, "next") == 0)
    next[row] = (unsigned char)value;
  else if (strcmp(table, "emits") == 0)
    emits[row] = (unsigned char)value;
  else if (strcmp(table, "says") == 0)
    says[row] = (unsigned char)value;
  else if (strcmp(table, "outcome") == 0)
    outcome[row] = (unsigned char)value;
  else
    exit(2);
}
