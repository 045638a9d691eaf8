using System.Net;
using System.Net.Http.Headers;
using NuGet.Common;
using NuGet.Protocol;
using NuGet.Protocol.Core.Types;
using Sbx.Images.Cache;
using Sbx.Images.Payloads;

namespace Sbx.Images.Fetching;

/// <summary>One download into a part file, continued where it broke off, by this process or an earlier one.</summary>
internal sealed class ResumableDownload(HttpSource http, Uri address, PayloadPackage package, ImageStoreOptions options)
{
    // A source may add its signature to a package; nothing else makes one larger than it was packed.
    private const long SignatureAllowance = 1 << 20;
    private const int MaximumVainAttempts = 5;
    private const int BufferSize = 128 * 1024;

    private enum Outcome
    {
        Complete,
        NotThere,
        Broken,
    }

    /// <summary>Downloads until the part is complete. False when the feed does not have the package.</summary>
    public async Task<bool> RunAsync(string partPath, IProgress<ImageProgress>? progress, CancellationToken cancellationToken)
    {
        var part = new FileStream(partPath, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
        await using (part.ConfigureAwait(false))
        {
            Exception? last = null;
            for (var vain = 0; vain < MaximumVainAttempts;)
            {
                var before = part.Length;
                Outcome outcome;
                try
                {
                    outcome = await AttemptAsync(part, progress, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception e) when (IsNetwork(e, cancellationToken))
                {
                    (outcome, last) = (Outcome.Broken, e);
                }

                if (outcome != Outcome.Broken)
                    return outcome == Outcome.Complete;
                vain = part.Length > before ? 0 : vain + 1;
                if (vain < MaximumVainAttempts)
                    await Task.Delay(options.RetryDelay * (1 << vain), options.Time, cancellationToken).ConfigureAwait(false);
            }

            throw new SourceException(last is null ? "the download keeps breaking off" : FeedSource.Innermost(last), last);
        }
    }

    private Task<Outcome> AttemptAsync(FileStream part, IProgress<ImageProgress>? progress, CancellationToken cancellationToken)
    {
        var request = new HttpSourceRequest(() =>
        {
            var message = HttpRequestMessageFactory.Create(HttpMethod.Get, address, new HttpRequestMessageConfiguration(logger: NullLogger.Instance));
            if (part.Length > 0)
                message.Headers.Range = new RangeHeaderValue(part.Length, null);
            return message;
        })
        { MaxTries = 1, RequestTimeout = options.StallTimeout };
        return http.ProcessResponseAsync(
            request, response => ReceiveAsync(response, part, progress, cancellationToken), new SourceCacheContext { NoCache = true, DirectDownload = true }, NullLogger.Instance, cancellationToken);
    }

    private async Task<Outcome> ReceiveAsync(HttpResponseMessage response, FileStream part, IProgress<ImageProgress>? progress, CancellationToken cancellationToken)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.NoContent:
                return Outcome.NotThere;
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                // Nothing is left to send, or the part is of something else.
                if (response.Content.Headers.ContentRange?.Length == part.Length)
                    return Outcome.Complete;
                part.SetLength(0);
                return Outcome.Broken;
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange?.From == part.Length:
                break;
            case HttpStatusCode.OK:
                part.SetLength(0);
                break;
            case >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests:
                throw new HttpRequestException($"the feed answered {(int)response.StatusCode} {response.ReasonPhrase}", null, response.StatusCode);
            default:
                throw new SourceException($"the feed answered {(int)response.StatusCode} {response.ReasonPhrase}");
        }

        part.Seek(0, SeekOrigin.End);
        var total = response.Content.Headers.ContentLength is { } left ? part.Length + left : (long?)null;
        if (total > package.Size + SignatureAllowance)
            throw new WrongContentException($"it has {total} bytes, {package.Size} were expected");
        return await CopyAsync(response, part, total, progress, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Outcome> CopyAsync(
        HttpResponseMessage response, FileStream part, long? total, IProgress<ImageProgress>? progress, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var buffer = new byte[BufferSize];
            using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            while (true)
            {
                progress?.Report(new(package.Id, ImageStage.Downloading, part.Length, total ?? package.Size));
                stall.CancelAfter(options.StallTimeout);
                var count = await body.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
                if (count == 0)
                    return total is null || part.Length == total ? Outcome.Complete : Outcome.Broken;
                if (part.Length + count > package.Size + SignatureAllowance)
                    throw new WrongContentException($"it has more than the expected {package.Size} bytes");
                await part.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static bool IsNetwork(Exception error, CancellationToken cancellationToken) => error switch
    {
        IOException io => !DiskFull.Is(io),
        HttpRequestException or FatalProtocolException or TimeoutException => true,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => false,
    };
}
