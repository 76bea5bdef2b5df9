/// A lab as esxtop would show it: rates from two moments, panes of columns, a terminal's screen, and esxtop's batch file. Where moments come
/// from and how the program ends is its caller's.
@NullMarked
package io.etherloom.top;

import org.jspecify.annotations.NullMarked;
