#pragma once

#include "app/cli/cli.h"

G_BEGIN_DECLS

/* One function a verb, each in its file verb-NAME.c.  What it does and takes is
 * its --help.
 */
#define DIP_DECLARE_VERB(name)                                                           \
  gboolean dip_verb_##name (DipCli *cli, int argc, char **argv, GError **error)

DIP_DECLARE_VERB (devices);
DIP_DECLARE_VERB (info);
DIP_DECLARE_VERB (forward);
DIP_DECLARE_VERB (sample);
DIP_DECLARE_VERB (compare);
DIP_DECLARE_VERB (schedule);
DIP_DECLARE_VERB (selftest);
DIP_DECLARE_VERB (bench);
DIP_DECLARE_VERB (measure);
DIP_DECLARE_VERB (encode);
DIP_DECLARE_VERB (phantom);

#undef DIP_DECLARE_VERB

G_END_DECLS
