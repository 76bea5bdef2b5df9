/// A second, naive implementation of both switches, and the random comparison that holds the real ones against it.
///
/// The models are written from the rules (`vswitch-semantics`), not from the code of the data plane: plain collections, linear
/// searches, no tables compiled ahead. Whoever finds a difference asks the rule which side is wrong. Everything here is used by
/// one thread. Start reading at [NaiveVSwitch], whose uplinks [NaiveHost] looks after, and [NaivePhysicalSwitch]; then [SwitchUnderTest], which a data plane implements
/// to be tested, [RandomLab], which invents labs, and [Comparison], which runs both sides and shrinks what differs. A data plane
/// is put to the test by subclasses of [SwitchContract] and [SwitchAgreement], and of their physical counterparts.
@NullMarked
package io.etherloom.model;

import org.jspecify.annotations.NullMarked;
