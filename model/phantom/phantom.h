#pragma once

#include "model/pair/picture.h"
#include "model/phantom/anatomy.h"
#include "model/phantom/frame.h"
#include "model/phantom/view.h"

G_BEGIN_DECLS

typedef struct _DipPhantom DipPhantom;

DipPhantom *dip_phantom_new (guint64 seed, guint size);
DipPhantom *dip_phantom_new_for_anatomy (const DipAnatomy *anatomy, guint size);
void dip_phantom_free (DipPhantom *self);

const DipPicture *dip_phantom_get_cc (const DipPhantom *self);
const DipPicture *dip_phantom_get_mlo (const DipPhantom *self);
const DipMask *dip_phantom_get_cc_mask (const DipPhantom *self);
const DipMask *dip_phantom_get_mlo_mask (const DipPhantom *self);
const DipFrame *dip_phantom_get_frame (const DipPhantom *self);
const DipAnatomy *dip_phantom_get_anatomy (const DipPhantom *self);
const DipPectoral *dip_phantom_get_pectoral (const DipPhantom *self);
double dip_phantom_get_glandular_fraction (const DipPhantom *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipPhantom, dip_phantom_free)

G_END_DECLS
