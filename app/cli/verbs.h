#pragma once

#include "app/cli/cli.h"

G_BEGIN_DECLS

/* One function a verb, each in its file verb-NAME.c; DESIGN of each is its
 * --help.
 */
#define DIP_VERB(name)                                                                   \
  gboolean dip_verb_##name (DipCli *cli, int argc, char **argv, GError **error)

DIP_VERB (encode);
DIP_VERB (phantom);

G_END_DECLS
