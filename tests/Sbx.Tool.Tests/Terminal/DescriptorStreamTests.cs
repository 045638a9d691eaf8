using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Tests.Terminal;

/// <summary>Real pipes, also non-blocking ones.</summary>
public sealed partial class DescriptorStreamTests
{
    private const int NonBlocking = 0x800;

    [Theory]
    [InlineData(0)]
    [InlineData(NonBlocking)]
    public async Task A_megabyte_passes_a_pipe_unchanged_whether_it_blocks_or_not(int flags)
    {
        var (read, write) = Pipe(flags);
        var bytes = RandomNumberGenerator.GetBytes(1 << 20);
        var writing = Task.Run(() =>
        {
            new DescriptorStream(write, FileAccess.Write).Write(bytes);
            Close(write);
        });

        var received = new MemoryStream();
        await new DescriptorStream(read, FileAccess.Read).CopyToAsync(received, 10_000);

        await writing;
        Close(read);
        Assert.Equal(bytes, received.ToArray());
    }

    [Fact]
    public void A_reader_that_has_gone_is_told_apart()
    {
        var (read, write) = Pipe(0);
        Close(read);
        Assert.Throws<OutputClosedException>(() => new DescriptorStream(write, FileAccess.Write).Write([1]));
        Close(write);
    }

    [Fact]
    public async Task A_wait_for_input_can_be_cancelled()
    {
        var (read, write) = Pipe(0);
        using var stop = new CancellationTokenSource();
        var reading = new DescriptorStream(read, FileAccess.Read).ReadAsync(new byte[1], stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        // Lets the abandoned read end.
        Close(write);
    }

    private static unsafe (int Read, int Write) Pipe(int flags)
    {
        var ends = stackalloc int[2];
        Assert.Equal(0, Pipe2(ends, flags));
        return (ends[0], ends[1]);
    }

    [LibraryImport("libc", EntryPoint = "pipe2")]
    private static unsafe partial int Pipe2(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);
}
