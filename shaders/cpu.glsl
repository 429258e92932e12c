/* What all kernels for CPU devices share.  The file that includes this defines
 * PUSH first: the struct of cpu-shared.h that it is given.
 *
 * The driver compiles a load to one plain instruction only if its address is
 * always uniform in the compiler's eyes (constants, push constants, arithmetic
 * on them), if it stands outside every loop and branch, and if it is scalar.
 * Everything else becomes a loop over the lanes.  So the fast kernels are
 * straight lines: loops are unrolled, workgroup numbers are looked up in a
 * table of push constants, a vector is eight scalar loads that the compiler
 * merges into one, and nothing returns early.  Load first, choose then: a load
 * under a condition is a branch.
 *
 * Mesa 26 keeps what is uniform in scalars, also in loops, but loads all that a long
 * straight line reads before its first addition, and spills it.  There LOOPS is set:
 * sums run through a loop, in whose body addresses vary and indices are constants,
 * else eight scalars do not become a vector; and nothing else of the above is needed.
 * Such a loop asks at its end: what follows a break is executed, loads too, once more
 * than there is something to load.
 */
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require

#include "cpu-shared.h"

layout (local_size_x = DIP_CPU_LANES, local_size_x_id = DIP_CPU_SIZE_CONSTANT) in;
layout (constant_id = DIP_CPU_AXIS_CONSTANT) const uint AXIS = 0;
layout (constant_id = DIP_CPU_LOOPS_CONSTANT) const bool LOOPS = false;

layout (buffer_reference, std430, buffer_reference_align = 4) readonly buffer Floats
{
  float at[];
};

layout (buffer_reference, std430, buffer_reference_align = 4) writeonly buffer Results
{
  float at[];
};

layout (push_constant) uniform Push
{
  PUSH push;
};

#define N_LANES DIP_CPU_LANES
#define LANE gl_SubgroupInvocationID

/* Pixels and floats to bytes. */
#define PIXELS(n) uint64_t ((n) * 32u)
#define FLOATS(n) uint64_t ((n) * 4u)

/* Where in the grid this subgroup is.  A workgroup has a few subgroups, one after the
 * other along AXIS, because the driver spends 400 instructions on each workgroup.
 */
uvec3
grid_id (void)
{
  uvec3 id = gl_WorkGroupID;
  id[AXIS] = id[AXIS] * (gl_WorkGroupSize.x / N_LANES) + gl_SubgroupID;
  return id;
}

/* The vector of eight floats from @first on, an index that is always uniform. */
float
load_vector (Floats from, uint first)
{
  float vector = from.at[first];
  [[unroll]] for (uint i = 1; i < N_LANES; i++)
    {
      float scalar = from.at[first + i];
      vector = mix (vector, scalar, LANE == i);
    }
  return vector;
}

void
store_vector (uint64_t address, float vector)
{
  Results (address).at[LANE] = vector;
}

#ifdef BOUND_RESULT
/* A store through a binding to a place that is always uniform becomes four plain
 * ones; through an address it becomes a loop over the lanes.  What is stored goes
 * through shared memory first, all of it: else the compiler sinks the arithmetic
 * into the branches that the binding's bound puts around every store.  BOUND_RESULT
 * is how many vectors that are.
 */
#extension GL_KHR_shader_subgroup_shuffle : require

layout (set = 0, binding = 0) writeonly buffer Bound
{
  u64vec4 at[];
} bound;

shared float kept[BOUND_RESULT * N_LANES];

void
keep_vector (uint i, float vector)
{
  if (LOOPS)
    return;
  [[unroll]] for (uint lane = 0; lane < N_LANES; lane++)
    kept[i * N_LANES + lane] = subgroupShuffle (vector, lane);
}

uint64_t
pack_pair (float vector, uint lane)
{
  return packUint2x32 (uvec2 (floatBitsToUint (subgroupShuffle (vector, lane)),
                              floatBitsToUint (subgroupShuffle (vector, lane + 1u))));
}

/* @place counts vectors. */
void
store_bound (uint place, float vector)
{
  bound.at[place] = u64vec4 (pack_pair (vector, 0u), pack_pair (vector, 2u),
                             pack_pair (vector, 4u), pack_pair (vector, 6u));
}
#endif

#ifdef UNIFORM_IDS
/* @id, made always uniform: at most 255.  (With LOOPS it is uniform as it is.) */
uint
uniform_id (uint id)
{
  if (LOOPS)
    return id;
  return push.ids[id & 15u] + (push.ids[(id >> 4) & 15u] << 4);
}

uvec3
uniform_grid_id (void)
{
  uvec3 id = grid_id ();
  return uvec3 (uniform_id (id.x), uniform_id (id.y), uniform_id (id.z));
}
#endif

#ifdef UNIFORM_ORIGIN
uvec3
workgroup (void)
{
  return uniform_grid_id ()
         + ((uvec3 (push.origin, push.origin >> 8, push.origin >> 16) & 255u) << 8);
}
#endif
