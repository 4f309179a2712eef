package io.bittern.cli;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Addresses as they are written, {@code host:port} or {@code [::1]:port}; the host is not looked up here. */
final class AddressConverter implements ITypeConverter<InetSocketAddress> {

    private static final Pattern ADDRESS = Pattern.compile("(?:\\[([^\\]]+)]|([^:\\[\\]]+)):([0-9]{1,5})");

    @Override
    public InetSocketAddress convert(String text) {
        Matcher address = ADDRESS.matcher(text.strip());
        if (address.matches()) {
            String host = address.group(1) == null ? address.group(2) : address.group(1);
            int port = Integer.parseInt(address.group(3));
            if (port >= 1 && port <= 65_535) {
                return InetSocketAddress.createUnresolved(host, port);
            }
        }
        throw new TypeConversionException("'" + text + "' is not HOST:PORT or [IPV6]:PORT");
    }
}
