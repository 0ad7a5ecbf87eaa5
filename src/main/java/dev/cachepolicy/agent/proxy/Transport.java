package dev.cachepolicy.agent.proxy;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/** How sockets are waited for: epoll where the native library can be loaded, the JDK's selectors otherwise. */
record Transport(
        EventLoopGroup loops, Class<? extends ServerSocketChannel> server, Class<? extends SocketChannel> client) {

    static Transport start(int eventLoops) {
        return Epoll.isAvailable()
                ? new Transport(
                        loops(eventLoops, EpollIoHandler.newFactory()),
                        EpollServerSocketChannel.class,
                        EpollSocketChannel.class)
                : new Transport(
                        loops(eventLoops, NioIoHandler.newFactory()),
                        NioServerSocketChannel.class,
                        NioSocketChannel.class);
    }

    private static EventLoopGroup loops(int count, IoHandlerFactory io) {
        return new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("proxy", true), io);
    }
}
