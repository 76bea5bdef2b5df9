/// Tests of the code itself: who knows whom, what is described, and what the documentation says of it. Start with `PackagesTest`.
@NullMarked
package io.etherloom.architecture;

import org.jspecify.annotations.NullMarked;
