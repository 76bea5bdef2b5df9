package io.etherloom.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Where the TAP is. What passes is seen by the device that has its wire.
class HiddenTapIT {
    @BeforeEach
    void needsRoot() {
        Root.require();
    }

    @Test
    void nothingElseIsUpAndNoStackSpeaks() {
        try (var tap = HiddenTap.create()) {
            tap.inside(() -> {
                try (var rtnetlink = Rtnetlink.open()) {
                    // Some modules, such as that of sit, add an interface of theirs to each new namespace.
                    assertThat(rtnetlink.links()).extracting(Link::name).contains("lo", "guest");
                    assertThat(rtnetlink.links()).filteredOn(Link::isUp).extracting(Link::name).containsExactly("guest");
                    var link = rtnetlink.link("guest");
                    assertThat(link.flags() & Link.IFF_NOARP).as("without ARP").isNotZero();
                    assertThat(link.mtuBytes()).isGreaterThan(9004);
                    assertThat(link.tap()).isEqualTo(new Link.Tap(true, false, false, false, -1));
                }
                assertThat(Sysctl.isIpv6Disabled()).isTrue();
                return null;
            });
        }
    }

    @Test
    void eachHasANamespaceOfItsOwn() {
        try (var first = HiddenTap.create(); var second = HiddenTap.create()) {
            assertThat(first.inside(Netns::ownInode)).isNotIn(second.inside(Netns::ownInode), Netns.ownInode());
        }
    }
}
