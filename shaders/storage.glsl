/* How the generic family's values lie in memory: four channels, a quad, at a time,
 * float32 or, with DIP_HALF, half precision.  Arithmetic is float32 either way.
 * Included before anything else, since extensions stand at the top.
 */
#extension GL_EXT_control_flow_attributes : require

#ifdef DIP_HALF
#extension GL_EXT_shader_16bit_storage : require
#define QUAD f16vec4
#define ELEMENT float16_t
#else
#define QUAD vec4
#define ELEMENT float
#endif
