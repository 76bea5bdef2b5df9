package io.etherloom.esxcli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Spec 8.10: options in every form that an administrator's scripts have.
class ArgumentsTest {
    private static final List<Option> OPTIONS = List.of(Option.required('v', "vswitch-name", "A switch."), Option.whole('m', "mtu", "A size."),
        Option.yesNo('b', "failback", "Whether."), Option.flag('u', "use-vswitch", "Inherit."), Option.text('a', "active-uplinks", "A list."));

    private static Arguments of(String... words) {
        return Arguments.of(OPTIONS, List.of(words));
    }

    @Test void takesEachForm() {
        for (var words : List.of(List.of("-v", "vSwitch0"), List.of("-v=vSwitch0"), List.of("-vvSwitch0"), List.of("--vswitch-name", "vSwitch0"),
            List.of("--vswitch-name=vSwitch0"), List.of("-v", "other", "--vswitch-name=vSwitch0"))) {
            assertThat(Arguments.of(OPTIONS, words).text("vswitch-name")).as(words.toString()).isEqualTo("vSwitch0");
        }
        assertThat(of("-v", "-m").text("vswitch-name")).as("a value may look like an option").isEqualTo("-m");
        assertThat(of("--vswitch-name=a=b").text("vswitch-name")).isEqualTo("a=b");
    }

    @Test void knowsWhatIsNotGiven() {
        var arguments = of("-v", "a");
        assertThat(arguments.has("mtu")).isFalse();
        assertThat(arguments.whole("mtu")).isEmpty();
        assertThat(arguments.isTrue("failback")).isFalse();
        assertThat(arguments.hasAny("mtu", "failback")).isFalse();
        assertThat(arguments.text("active-uplinks")).isEmpty();
        assertThat(of("-v", "a", "-a", "").has("active-uplinks")).as("an empty list is given").isTrue();
        assertThat(of("-v", "a", "-a", "").list("active-uplinks")).isEmpty();
        assertThat(of("-v", "a", "-a", "vmnic1, vmnic0,").list("active-uplinks")).containsExactly("vmnic1", "vmnic0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "yes", "1", "True", "YES"})
    void readsYes(String word) {
        assertThat(of("-v", "a", "-b", word).isTrue("failback")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "no", "0", "False"})
    void readsNo(String word) {
        var arguments = of("-v", "a", "-b", word, "-u");
        assertThat(arguments.has("failback")).isTrue();
        assertThat(arguments.isTrue("failback")).isFalse();
        assertThat(arguments.isTrue("use-vswitch")).isTrue();
        assertThat(of("-v", "a", "-u=" + word).isTrue("use-vswitch")).isFalse();
    }

    @Test void refusesWhatDoesNotFit() {
        assertRefused("Missing required parameter -v|--vswitch-name");
        assertRefused("Missing required parameter -v|--vswitch-name", "-m", "1500");
        assertRefused("Option -m|--mtu requires a value", "-v", "a", "-m");
        assertRefused("While processing '--mtu'. Argument type mismatch. Expecting integer value. Got 'big'", "-v", "a", "-m", "big");
        assertRefused("While processing '--mtu'. Argument type mismatch. Expecting integer value. Got ''", "-v", "a", "--mtu=");
        assertRefused("While processing '--mtu'. Argument type mismatch. Expecting integer value. Got '9999999999999999999'", "-v", "a", "--mtu=9999999999999999999");
        assertRefused("While processing '--failback'. Argument type mismatch. Expecting boolean value. Got 'maybe'", "-v", "a", "-b", "maybe");
        assertRefused("Invalid option --mtus", "--mtus=9000");
        assertRefused("Invalid option -x", "-x");
        assertRefused("Invalid option --", "--");
        assertRefused("Invalid option -", "-");
        assertRefused("Invalid argument 'vSwitch0'", "vSwitch0");
        assertRefused("Invalid argument ''", "");
    }

    private static void assertRefused(String message, String... words) {
        assertThatThrownBy(() -> of(words)).isInstanceOf(Refusal.class).hasMessageContaining(message);
    }
}
