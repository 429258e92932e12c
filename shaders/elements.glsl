/* The number of this invocation's element within one image.  An axis of the
 * grid ends at 65535 workgroups, so long images go on along y.
 */
uint
get_element ()
{
  uint group = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;

  return group * DIP_GROUP + gl_LocalInvocationID.x;
}
