#include "app/cli/verbs.h"

const DipVerb dip_verbs[] = {
  { NULL },
};
