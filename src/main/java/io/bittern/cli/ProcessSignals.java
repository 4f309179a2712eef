package io.bittern.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * SIGINT, SIGTERM and SIGHUP of this process.
 *
 * <p>A shutdown hook could not see the second signal, so it takes {@code sun.misc.Signal}; by reflection, as the
 * compiler warns of the class and that warning cannot be turned off at one place.
 */
final class ProcessSignals implements Signals {

    @Override
    public void onStop(Runnable action) {
        AtomicBoolean stopping = new AtomicBoolean();
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (!method.getName().equals("handle")) {
                return method.getName().equals("equals") ? (Object) (proxy == arguments[0]) : (Object) 0;
            }
            if (stopping.getAndSet(true)) {
                Runtime.getRuntime().halt(ExitCode.HALTED.number());
            }
            action.run();
            return null;
        };
        for (String signal : new String[] {"INT", "TERM", "HUP"}) {
            handle(signal, handler);
        }
    }

    /** From now on a change of the terminal's size runs this, in a thread of its own. */
    static void onResize(Runnable action) {
        handle("WINCH", (proxy, method, arguments) -> {
            if (!method.getName().equals("handle")) {
                return method.getName().equals("equals") ? (Object) (proxy == arguments[0]) : (Object) 0;
            }
            action.run();
            return null;
        });
    }

    private static void handle(String name, InvocationHandler handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> type = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
            Method handle = signal.getMethod("handle", signal, type);
            handle.invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException | IllegalArgumentException notHere) {
            // a JVM without this class, or a platform without this signal: it then ends the process, as by habit
            return;
        }
    }
}
