@NullMarked
package io.etherloom.docker;

import org.jspecify.annotations.NullMarked;
