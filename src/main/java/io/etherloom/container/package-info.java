/// Containers of Docker or Podman, by way of their command line: [io.etherloom.container.Engine] finds the one that answers and runs its commands.
/// Knows nothing of labs.
@NullMarked
package io.etherloom.container;

import org.jspecify.annotations.NullMarked;
