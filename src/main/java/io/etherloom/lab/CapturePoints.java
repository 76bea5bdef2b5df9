package io.etherloom.lab;

import io.etherloom.frame.CapturePoint;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.CaptureRequest.Kind;
import io.etherloom.lab.CaptureRequest.Stage;
import io.etherloom.lab.CaptureRequest.Way;
import java.util.EnumSet;
import java.util.Set;

/// Which points a port has, and which of them a capture takes that names none (spec 8.13-8.16).
///
/// ```
/// in   guest ──VnicTx──► port ──PortInput──► checks ──EtherswitchDispath──► look-up
/// out  guest ◄──VnicRx── port ◄──PortOutput────────── EtherswitchOutput ◄── look-up
/// ```
///
/// An uplink has UplinkRcv and UplinkSnd in place of VnicTx and VnicRx; a port of the physical network has these two only.
final class CapturePoints {
    private static final Set<CapturePoint> OF_SWITCH = EnumSet.of(CapturePoint.PORT_INPUT, CapturePoint.ETHERSWITCH_DISPATH,
            CapturePoint.ETHERSWITCH_OUTPUT, CapturePoint.PORT_OUTPUT, CapturePoint.DROP);

    private CapturePoints() {}

    /// The points that frames of a port pass.
    static Set<CapturePoint> of(Rule rule) {
        return switch (rule) {
            case Rule.Access _ -> with(OF_SWITCH, CapturePoint.VNIC_TX, CapturePoint.VNIC_RX);
            case Rule.Uplink _ -> with(OF_SWITCH, CapturePoint.UPLINK_RCV, CapturePoint.UPLINK_SND);
            case Rule.Physical _, Rule.Split _ -> EnumSet.of(CapturePoint.UPLINK_RCV, CapturePoint.UPLINK_SND, CapturePoint.DROP);
        };
    }

    private static Set<CapturePoint> with(Set<CapturePoint> points, CapturePoint in, CapturePoint out) {
        var all = EnumSet.copyOf(points);
        all.add(in);
        all.add(out);
        return all;
    }

    /// What a request records of a port that it means; empty when it names points and the port has none of them.
    static Set<CapturePoint> wanted(CaptureRequest request, Kind kind, Rule rule) {
        var points = EnumSet.noneOf(CapturePoint.class);
        if (request.points().isEmpty()) {
            if (request.way() != Way.OUT) {
                points.add(in(request, kind, rule));
            }
            if (request.way() != Way.IN) {
                points.add(out(request, kind, rule));
            }
        } else {
            points.addAll(request.points());
            points.retainAll(of(rule));
        }
        return points;
    }

    private static CapturePoint in(CaptureRequest request, Kind kind, Rule rule) {
        if (!(rule instanceof Rule.Access)) {
            return request.stage() == Stage.POST && rule instanceof Rule.Uplink ? CapturePoint.PORT_INPUT : CapturePoint.UPLINK_RCV;
        }
        return isAtSwitch(request, kind, Stage.POST) ? CapturePoint.PORT_INPUT : CapturePoint.VNIC_TX;
    }

    private static CapturePoint out(CaptureRequest request, Kind kind, Rule rule) {
        if (!(rule instanceof Rule.Access)) {
            return request.stage() == Stage.PRE && rule instanceof Rule.Uplink ? CapturePoint.PORT_OUTPUT : CapturePoint.UPLINK_SND;
        }
        return isAtSwitch(request, kind, Stage.PRE) ? CapturePoint.PORT_OUTPUT : CapturePoint.VNIC_RX;
    }

    /// Without a stage the two inputs of pktcap-uw begin at the switch (spec 8.15), and all others at the guest.
    private static boolean isAtSwitch(CaptureRequest request, Kind kind, Stage stageAtSwitch) {
        return request.stage() == null ? kind == Kind.SWITCHPORT || kind == Kind.VMK : request.stage() == stageAtSwitch;
    }
}
