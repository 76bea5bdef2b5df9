package io.etherloom.topology;

import static io.etherloom.topology.Marked.assertProblems;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class VMotionBinderTest {
    private static final String HOSTS = "name: t\nhosts: { esx1: {}, esx2: {} }\nvms: { web1: { host: esx1 } }\n";

    @Test
    void readsHooksInTheirOrder() throws Exception {
        var settings = Topology.parse(HOSTS + """
            vmotion:
              testVirtualIntranet: no
              hooks:
                - { run: ./ask.sh }
                - { url: "http://127.0.0.1:9000/hook", host: esx2, timeout: 250ms }
                - { run: ./web.sh, vm: web1 }
            """, "t.yaml").vmotion();
        assertThat(settings.testsVirtualIntranet()).isFalse();
        assertThat(settings.hooks()).extracting(Hook::name).containsExactly("./ask.sh", "http://127.0.0.1:9000/hook", "./web.sh");
        assertThat(settings.hooks()).extracting(Hook::timeout).containsExactly(Duration.ofSeconds(10), Duration.ofMillis(250), Duration.ofSeconds(10));
        assertThat(settings.hooks().stream().filter(hook -> hook.scope().includes("db1", "esx1", "esx3")).map(Hook::name)).containsExactly("./ask.sh");
        assertThat(settings.hooks().stream().filter(hook -> hook.scope().includes("web1", "esx2", "esx3")).map(Hook::name)).hasSize(3);
        assertThat(Topology.parse(HOSTS, "t.yaml").vmotion()).isEqualTo(VMotionSettings.DEFAULT);
    }

    @Test
    void saysWhatIsWrong() {
        assertProblems(HOSTS + """
            vmotion:
              testVirtualIntranet: »perhaps
              hooks:
                - »{}
                - »{ run: a, url: "http://b" }
                - { url: »"ftp://b" }
                - { url: »"http://" }
                - { run: a, host: »esx3 }
                - { run: a, vm: »web2 }
                - { run: a, timeout: »10 }
                - { »cmd: a, run: b }
            """,
            "error: vmotion.testVirtualIntranet: ",
            "error: vmotion.hooks[0]: a hook is either a command, run: ./hook.sh, or an address, url: http://127.0.0.1:9000/hook",
            "error: vmotion.hooks[1]: a hook is either",
            "error: vmotion.hooks[2].url: 'ftp://b' is no address; write http:// or https://",
            "error: vmotion.hooks[3].url: 'http://' is no address",
            "error: vmotion.hooks[4].host: there is no host 'esx3'; did you mean 'esx1'?",
            "error: vmotion.hooks[5].vm: there is no vm 'web2'; did you mean 'web1'?",
            "error: vmotion.hooks[6].timeout: 10 has no unit; write 10s",
            "error: vmotion.hooks[7].cmd: unknown key 'cmd'");
    }
}
