package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class UserIdsTest {
    @Test
    void takesTheRootOfTheMachineForRoot() {
        var user = UserIds.of(0, "         0          0 4294967295\n");
        assertThat(user).isEqualTo(new UserIds(0, 0, false));
        assertThat(user.isRoot()).isTrue();
    }

    @Test
    void takesAnOrdinaryUserForOne() {
        var user = UserIds.of(1000, "         0          0 4294967295\n");
        assertThat(user).isEqualTo(new UserIds(1000, 1000, false));
        assertThat(user.isRoot()).isFalse();
    }

    @Test
    void knowsTheUserBehindTheRootOfANamespaceForOne() {
        var user = UserIds.of(0, "         0       1000          1\n");
        assertThat(user).isEqualTo(new UserIds(0, 1000, true));
        assertThat(user.isRoot()).isFalse();
    }

    @Test
    void takesTheRootOfAContainerForRoot() {
        assertThat(UserIds.of(0, "         0     100000      65536\n").isRoot()).isTrue();
        assertThat(UserIds.of(0, "         0       1000          1\n         1     100000      65536\n").isRoot()).isTrue();
    }
}
