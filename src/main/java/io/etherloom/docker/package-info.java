/// A network driver for Docker: [io.etherloom.docker.NetworkDriver] puts containers on port groups of labs, [io.etherloom.docker.PluginServer] lets Docker call it.
/// Labs are known by [io.etherloom.docker.Labs] alone.
///
/// The protocol is that of libnetwork's remote drivers (`docs/remote.md` there) over Docker's plugin API: JSON by POST on a unix socket.
@NullMarked
package io.etherloom.docker;

import org.jspecify.annotations.NullMarked;
