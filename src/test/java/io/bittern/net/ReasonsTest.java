package io.bittern.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.junit.jupiter.api.Test;

class ReasonsTest {

    @Test
    void saysWhatTheKernelMeant() {
        assertThat(Reasons.say("Connection reset by peer")).isEqualTo("reset by peer");
        assertThat(Reasons.say("Broken pipe")).isEqualTo("reset by peer");
        assertThat(Reasons.say("Connection timed out")).isEqualTo("timed out");
        assertThat(Reasons.of(new IOException("Too many open files"))).isEqualTo("too many open files");
        assertThat(Reasons.of(new BindException("[/0.0.0.0:80] Permission denied")))
                .isEqualTo("no permission");
        assertThat(Reasons.of(new ConnectException("Connection refused"))).isEqualTo("connection refused");
        assertThat(Reasons.of(new ConnectException("Connection timed out"))).isEqualTo("timed out");
        assertThat(Reasons.of(new UnsupportedAddressTypeException())).isEqualTo("address family not supported");
        assertThat(Reasons.of(new UnresolvedAddressException())).isEqualTo("address not resolved");
    }

    @Test
    void understandsAKernelThatSpeaksAnotherLanguage() {
        assertThat(Reasons.of(new ConnectException("Verbindungsaufbau abgelehnt")))
                .isEqualTo("connection refused");
        assertThat(Reasons.of(new NoRouteToHostException("Keine Route zum Zielrechner")))
                .isEqualTo("no route to host");
        assertThat(Reasons.of(new BindException("Keine Berechtigung")))
                .isEqualTo("cannot use this address: Keine Berechtigung");
    }

    @Test
    void isOneShortCleanLineWhateverItGets() {
        assertThat(Reasons.of((Throwable) null)).isEqualTo("network error");
        assertThat(Reasons.of(new IOException())).isEqualTo("network error");
        assertThat(Reasons.say("odd\n\tthing\u001b[31m\u202e")).isEqualTo("odd thing [31m");
        assertThat(Reasons.say("x".repeat(5000))).hasSize(100);
    }
}
