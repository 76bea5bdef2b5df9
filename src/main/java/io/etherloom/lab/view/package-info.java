/// What a lab shows of itself: plain records, whose component names are the keys of every `-o json` and of the API. A key is added,
/// never renamed.
@NullMarked
package io.etherloom.lab.view;

import org.jspecify.annotations.NullMarked;
