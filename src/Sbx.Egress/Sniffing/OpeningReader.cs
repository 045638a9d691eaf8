using System.Buffers;
using System.IO.Pipelines;

namespace Sbx.Egress.Sniffing;

/// <summary>Waits for the first bytes of a connection and judges them, leaving them unread.</summary>
internal static class OpeningReader
{
    /// <summary>Reads until the opening is known, the guest ends, or the time is over.</summary>
    /// <param name="input">The connection; its bytes stay in it.</param>
    /// <param name="silence">How long to wait for the first byte.</param>
    /// <param name="completion">How long an opening that has begun may take.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Opening> ReadAsync(PipeReader input, TimeSpan silence, TimeSpan completion, TimeProvider time, CancellationToken cancellationToken)
    {
        var alarm = new Alarm(input);
        var timer = time.CreateTimer(static alarm => ((Alarm)alarm!).Ring(), alarm, silence, Timeout.InfiniteTimeSpan);
        try
        {
            return await ReadAsync(input, timer, completion, time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await timer.DisposeAsync().ConfigureAwait(false);
            // A ring that came too late would look like a cancelled read to the next reader.
            if (alarm.HasRung && input.TryRead(out var rest))
                input.AdvanceTo(rest.Buffer.Start, rest.Buffer.Start);
        }
    }

    private static async Task<Opening> ReadAsync(PipeReader input, ITimer timer, TimeSpan completion, TimeProvider time, CancellationToken cancellationToken)
    {
        long? begun = null;
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            var known = OpeningClassifier.TryClassify(buffer, out var opening);
            var any = !buffer.IsEmpty;
            // What is known is left unexamined, so that the next reader gets it without waiting.
            input.AdvanceTo(buffer.Start, known || result.IsCompleted || result.IsCanceled ? buffer.Start : buffer.End);
            if (known)
                return opening;
            if (result.IsCompleted)
                return new(any ? OpeningKind.Broken : OpeningKind.Ended);
            if (result.IsCanceled && !any)
                return new(OpeningKind.Silent);
            // The alarm of the silence may ring just as the first bytes arrive; that of the completion rings long after them.
            if (result.IsCanceled && begun is { } at && time.GetElapsedTime(at) > completion / 2)
                return new(OpeningKind.Broken);
            if (begun is null)
            {
                begun = time.GetTimestamp();
                timer.Change(completion, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private sealed class Alarm(PipeReader input)
    {
        private volatile bool _rung;

        public bool HasRung => _rung;

        public void Ring()
        {
            _rung = true;
            input.CancelPendingRead();
        }
    }
}
