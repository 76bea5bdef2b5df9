/// The memory a frame lives in and who owns it, what travels with it, and the words for where it ended.
@NullMarked
package io.etherloom.frame;

import org.jspecify.annotations.NullMarked;
