using System.Diagnostics;
using System.Runtime.InteropServices;
using Sbx.Machines.Native;

namespace Sbx.Machines.Accelerators;

/// <summary>
/// Rate of the time stamp counter that an emulated guest sees: the host's own (cpu_get_host_ticks in QEMU). The guest has no
/// other timer to measure it against, so it is told the rate; without it its kernel would wait for a first tick for ever.
/// </summary>
internal static unsafe class TimeStampCounter
{
    private static readonly TimeSpan Span = TimeSpan.FromMilliseconds(100);
    private static readonly Lazy<long> Measured = new(Measure);

    /// <summary>Thousands of ticks per second, measured once within a few millionths; 0 where the processor has no such counter.</summary>
    public static long Kilohertz => Measured.Value;

    private static long Measure()
    {
        // On processors without such a counter QEMU counts nanoseconds.
        if (RuntimeInformation.ProcessArchitecture == Architecture.Arm64)
            return 1_000_000;
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64 || OperatingSystem.IsWindows())
            return 0;
        // rdtsc; shl rdx, 32; or rax, rdx; ret
        ReadOnlySpan<byte> code = [0x0F, 0x31, 0x48, 0xC1, 0xE2, 0x20, 0x48, 0x09, 0xD0, 0xC3];
        var page = Libc.MapExecutable(code);
        if (page == 0)
            return 0;
        try
        {
            var read = (delegate* unmanaged<ulong>)page;
            var (startTime, startTicks) = Sample(read);
            Thread.Sleep(Span);
            var (endTime, endTicks) = Sample(read);
            return (long)Math.Round((endTicks - startTicks) / Stopwatch.GetElapsedTime(startTime, endTime).TotalMilliseconds);
        }
        finally
        {
            Libc.Unmap(page);
        }
    }

    // Both clocks at the same moment: the pair with the least time between two looks at the clock.
    private static (long Time, ulong Ticks) Sample(delegate* unmanaged<ulong> read)
    {
        var best = (Time: 0L, Ticks: 0UL, Width: long.MaxValue);
        for (var i = 0; i < 100; i++)
        {
            var before = Stopwatch.GetTimestamp();
            var ticks = read();
            var width = Stopwatch.GetTimestamp() - before;
            if (width < best.Width)
                best = (before + (width / 2), ticks, width);
        }

        return (best.Time, best.Ticks);
    }
}
