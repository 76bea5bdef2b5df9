package io.etherloom.top;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.api.FixedLab;
import io.etherloom.lab.view.TopView;
import io.etherloom.top.Board.Wish;
import io.etherloom.top.Key.Special;
import io.etherloom.top.Key.Typed;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;

/// What is on the screen and what keys do to it.
class BoardTest {
    private static final TopView.Flow NOTHING = new TopView.Flow(0, 0, 0, 0, 0, 0);

    private final FixedLab lab = new FixedLab("campus");
    private Board board = board(lab.top(1_000_000_000L, 1));

    private static Board board(TopView first) {
        return new Board(first, 5, ZoneOffset.UTC, true);
    }

    private void sampled() {
        board.sample(lab.top(3_000_000_000L, 5));
    }

    private static List<String> lines(Board board, int width, int height) {
        return board.draw(width, height).stream().map(AttributedString::toString).map(String::stripTrailing).toList();
    }

    private List<String> wide() {
        return lines(board, 160, 24);
    }

    private void press(String keys) {
        keys.chars().forEach(key -> board.press(new Typed(key)));
    }

    /// Spec 8.7, 8.8: the columns in the product's order and spelling, figures right.
    @Test
    void showsTheNetworkScreenOfEsxtop() {
        sampled();
        assertThat(wide().getFirst()).isEqualTo(" 3:04:08am up 0:00, campus: 1 host, 1 VM; agent load: 0.25; pool: 98% free");
        assertThat(wide().subList(3, 7)).containsExactly(
            " PORT-ID USED-BY        TEAM-PNIC DNAME    PKTTX/s MbTX/s  PSZTX PKTRX/s MbRX/s   PSZRX %DRPTX %DRPRX",
            "33554433 Management           n/a vSwitch0    0.00   0.00   0.00    0.00   0.00    0.00   0.00   0.00",
            "33554434 vmnic0                 - vSwitch0 2000.00   1.60 100.00 4000.00  40.00 1250.00   1.00   1.96",
            "33554435 1001:web1.eth0    vmnic0 vSwitch0 2000.00   1.60 100.00 4000.00  40.00 1250.00   1.00   1.96");
    }

    @Test
    void hasNoRatesBeforeThereAreTwoSamples() {
        assertThat(wide().get(5)).matches("33554434 vmnic0 +- vSwitch0( +-){8}");
        board.sample(lab.top(1_000_000_000L, 2));
        assertThat(wide().get(5)).as("the same moment once more").matches("33554434 vmnic0 +- vSwitch0( +-){8}");
    }

    /// Spec 8.7: the further columns.
    @Test
    void showsTheFieldsThatAreChosen() {
        sampled();
        press("f");
        assertThat(wide()).contains("  D: UPLINK         Y for a port that leads out of the host.");
        press("DEFGRSTUV");
        board.press(Special.ENTER);
        var lines = lines(board, 190, 24);
        assertThat(lines.get(3)).contains("UPLINK UP SPEED FDUPLX TEAM-PNIC").endsWith("ACTN/s PKTTXMUL/s PKTTXBRD/s PKTRXMUL/s PKTRXBRD/s");
        assertThat(lines.get(5)).matches("33554434 vmnic0 +Y +Y +10000 Y +- vSwitch0 .* 2.00 +40.00 +60.00 +0.00 +10.00");
        assertThat(lines.get(6)).contains(" N      Y      - - ");
        press("oB");
        board.press(Special.ESCAPE);
        assertThat(wide().get(3)).startsWith("USED-BY         PORT-ID UPLINK");
    }

    @Test
    void sortsByTheKeysOfEsxtop() {
        board = board(busy(1_000_000_000L, 0));
        board.sample(busy(2_000_000_000L, 1));
        press("t");
        assertThat(users()).containsExactly("b", "c", "a");
        press("T");
        assertThat(users()).containsExactly("c", "b", "a");
        press("r");
        assertThat(users()).containsExactly("a", "b", "c");
        press("N");
        assertThat(users()).containsExactly("a", "b", "c");
        press(">>");
        assertThat(board.draw(120, 24).get(3).toString()).contains("USED-BY");
        press("dt");
        assertThat(wide().get(2)).isEqualTo("this pane has no column PKTTX/s");
    }

    /// Ports a, b and c that send 10, 30 and 20 frames of 100, 100 and 1000 octets a second; a gets the most.
    private static TopView busy(long nanos, long times) {
        return view(nanos, List.of(port("a", 10 * times, 1_000 * times, 9 * times), port("b", 30 * times, 3_000 * times, 0), port("c", 20 * times, 20_000 * times, 0)));
    }

    private static TopView view(long nanos, List<TopView.Port> ports) {
        return new TopView("campus", "2026-01-02T03:04:05Z", nanos, 1_767_323_045_000L, 1, 3, List.of(), ports, List.of(), List.of(), List.of(), List.of(),
            List.of());
    }

    private static TopView.Port port(String usedBy, long sent, long octets, long got) {
        return new TopView.Port("esx1", "vSwitch0", 33_554_435 + usedBy.charAt(0), usedBy, "vmnic0", false, true, 0,
            new TopView.Flow(sent, octets, 0, 0, 0, sent), new TopView.Flow(got, got, 0, 0, 0, got), 0);
    }

    private List<String> users() {
        return wide().stream().skip(4).map(line -> line.split(" +")[1]).toList();
    }

    @Test
    void changesTheUnit() {
        sampled();
        press("U");
        assertThat(wide().get(3)).contains(" KbTX/s ");
        assertThat(wide().get(5)).contains(" 1600.00 ");
        press("UU");
        assertThat(wide().get(3)).contains(" MBTX/s ");
        assertThat(wide().get(5)).contains(" 0.20 ");
        press("U");
        assertThat(wide().get(3)).contains(" MbTX/s ");
    }

    @Test
    void filtersWhileOneTypes() {
        sampled();
        press("/WEB");
        assertThat(wide().get(2)).isEqualTo("Filter: WEB_");
        assertThat(users()).containsExactly("1001:web1.eth0");
        board.press(Special.BACKSPACE);
        press("x");
        assertThat(wide().get(4)).contains("nothing holds \"WEx\"");
        board.press(Special.ENTER);
        assertThat(wide().get(1)).contains("/WEx");
        board.press(Special.ESCAPE);
        assertThat(users()).hasSize(3);
    }

    @Test
    void setsTheDelayAndRefusesWhatIsNone() {
        sampled();
        press("s0.05");
        assertThat(wide().get(2)).isEqualTo("Delay in seconds (was 5.0): 0.05_");
        assertThat(board.press(Special.ENTER)).isEqualTo(Wish.NOTHING);
        assertThat(wide().get(2)).isEqualTo("a delay is a number of seconds from 0.2 to 3600");
        press("s0.5");
        assertThat(board.press(Special.ENTER)).isEqualTo(Wish.DELAY);
        assertThat(board.delaySeconds()).isEqualTo(0.5);
        press("s");
        assertThat(board.press(Special.ENTER)).as("nothing typed").isEqualTo(Wish.NOTHING);
    }

    @Test
    void hasAPaneForEachThing() {
        sampled();
        press("u");
        assertThat(wide().subList(3, 5)).containsExactly(
            "HOST PNIC   DNAME    LINK STATE  SPEED PORTS TEAM                     BEACON PEER   NEIGHBOR PKTTX/s MbTX/s PKTRX/s MbRX/s %DRPTX %DRPRX",
            "esx1 vmnic0 vSwitch0 up   usable 10000     1 active in 1, active in 2 0 s    tor1/1 tor1 1   2000.00   1.60 4000.00  40.00   1.00   1.96");
        press("d");
        assertThat(wide().get(3)).isEqualTo("REASON         DROPS/s DROPS PORTS MOST-AT                    MEANING");
        assertThat(wide().get(4)).isEqualTo("tag_unexpected   20.00    50     1 web1.eth0 on esx1/vSwitch0 "
            + "A frame came with an 802.1Q tag at a port whose VLAN the switch decides.");
        press("m");
        assertThat(String.join("\n", wide())).contains("vmnic0 in use, vmnic1 down", "vmnic1 -> vmnic0 12 s ago, link down",
            "web1.eth0 (VM Network) by vmnic0: failed over from vmnic1", "in doubt");
        press("b");
        assertThat(String.join("\n", wide())).contains("vm -> switch", "8 Mbps", "3/69");
        board.press(Special.TAB);
        assertThat(wide().get(3)).contains("PORT-ID");
        press("x");
        assertThat(wide().get(2)).contains("no such key");
    }

    @Test
    void expandsRows() {
        sampled();
        press("e");
        assertThat(wide().get(7)).isEqualTo("    tag_unexpected: 20.00/s, 50 in all");
        press("d");
        press("e");
        assertThat(wide().get(5)).isEqualTo("    web1.eth0 on esx1/vSwitch0: 20.00/s, 50 in all");
    }

    /// Whole columns only, and the rest a key away.
    @Test
    void fitsEightyColumnsAndScrollsToTheSide() {
        sampled();
        assertThat(lines(board, 80, 24)).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
        assertThat(lines(board, 80, 24).get(3)).isEqualTo(" PORT-ID USED-BY        TEAM-PNIC DNAME    PKTTX/s MbTX/s  PSZTX PKTRX/s MbRX/s");
        assertThat(lines(board, 80, 24).get(1)).endsWith(" >");
        for (int i = 0; i < 5; i++) {
            board.press(Special.RIGHT);
        }
        assertThat(lines(board, 80, 24).get(3)).isEqualTo(" PORT-ID USED-BY        PKTRX/s MbRX/s   PSZRX %DRPTX %DRPRX");
        board.press(Special.LEFT);
        assertThat(lines(board, 80, 24).get(3)).isEqualTo(" PORT-ID USED-BY         PSZTX PKTRX/s MbRX/s   PSZRX %DRPTX %DRPRX");
    }

    @Test
    void drawsOnAnyScreenHoweverSmall() {
        sampled();
        for (var keys : List.of("n", "u", "d", "m", "b", "h", "f")) {
            press(keys);
            for (int width = 1; width < 40; width += 3) {
                for (int height = 1; height < 9; height++) {
                    int limit = width;
                    assertThat(board.draw(width, height)).hasSizeLessThanOrEqualTo(height)
                        .allSatisfy(line -> assertThat(line.columnLength()).isLessThanOrEqualTo(limit));
                }
            }
            board.press(Special.ESCAPE);
        }
    }

    @Test
    void scrollsByLineAndPageAndNotBeyondTheEnds() {
        var ports = new ArrayList<TopView.Port>();
        for (int i = 0; i < 100; i++) {
            ports.add(new TopView.Port("esx1", "vSwitch0", 1000 + i, "p" + i, "vmnic0", false, true, 0, NOTHING, NOTHING, 0));
        }
        board = board(view(1, ports));
        assertThat(top()).isEqualTo("p0");
        board.press(Special.UP);
        assertThat(top()).isEqualTo("p0");
        board.press(Special.DOWN);
        board.press(Special.PAGE_DOWN);
        assertThat(top()).isEqualTo("p11");
        assertThat(lines(board, 100, 14).get(1)).endsWith("12-21/100");
        board.press(Special.END);
        assertThat(top()).isEqualTo("p90");
        board.press(Special.HOME);
        assertThat(top()).isEqualTo("p0");
    }

    private String top() {
        return lines(board, 100, 14).get(4).split(" +")[2];
    }

    /// Nothing in a name moves the cursor, and columns stay where they are.
    @Test
    void hostileAndLongNamesStayInTheirCells() {
        board = board(view(1, List.of(
            port("evil\u001b[2Jx\n\u202e\u0007", 0, 0, 0), port("wide\u4e16\u754c" + "\u4e16".repeat(40), 0, 0, 0), port("half\ud83d", 0, 0, 0),
            port("x".repeat(300), 0, 0, 0))));
        var drawn = board.draw(160, 24);
        assertThat(drawn.subList(4, 8)).allSatisfy(line -> {
            assertThat(line.columnLength()).isEqualTo(drawn.get(4).columnLength()).isLessThanOrEqualTo(160);
            assertThat(line.toString().chars()).noneMatch(point -> point < ' ' || point == 127 || point == 0x202e);
        });
        assertThat(drawn.get(4).toString()).contains(" evil?[2Jx??? ");
        assertThat(drawn.get(5).toString()).contains("wide\u4e16\u754c").contains("~");
        assertThat(drawn.get(6).toString()).contains(" half? ");
        assertThat(drawn.get(7).toString()).contains("x".repeat(39) + "~ ");
    }

    @Test
    void coloursOnlyWhatIsWrongAndNothingWithoutColour() {
        var plain = new Board(lab.top(1_000_000_000L, 1), 5, ZoneOffset.UTC, false);
        plain.sample(lab.top(3_000_000_000L, 5));
        sampled();
        assertThat(colours(board)).isPositive();
        assertThat(colours(plain)).isZero();
    }

    private static long colours(Board board) {
        return board.draw(160, 24).stream().map(AttributedString::toAnsi).filter(ansi -> ansi.matches("(?s).*\u001b\\[[0-9;]*3[0-7].*")).count();
    }

    @Test
    void helpFitsASmallScreen() {
        sampled();
        press("h");
        assertThat(board.draw(80, 100)).hasSizeLessThanOrEqualTo(24);
        assertThat(lines(board, 80, 24)).noneMatch(line -> line.endsWith("~")).anyMatch(line -> line.contains("%DRPRX"));
        press("q");
        assertThat(board.press(new Typed('q'))).isEqualTo(Wish.QUIT);
    }
}
