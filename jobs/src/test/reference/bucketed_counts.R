# Numbers that the tests of linkage.stats compare with, by base R and pROC.
# Run: Rscript jobs/src/test/reference/bucketed_counts.R
suppressPackageStartupMessages(library(pROC))
options(digits = 16)
show <- function(name, value) cat(sprintf("%-34s %s\n", name, paste(sprintf("%.16g", value), collapse = " ")))

# The fixture of BucketedExample.java: twelve buckets, five levels, two metrics of the same
# observations. Rows are buckets, columns levels in favourable order.
bucket <- 0:11
retained <- t(sapply(bucket, function(g) sapply(0:4, function(k) (7 * g + 5 * k + g * k) %% 6 + k)))
lost <- t(sapply(bucket, function(g) sapply(0:4, function(k) (3 * g + 2 * k + g * k) %% 4 + 4 - k)))
rotated <- function(counts) t(sapply(bucket, function(g) counts[g + 1, (0:4 + g %% 2) %% 5 + 1]))
metrics <- list(
  first = list(retained = retained, lost = lost),
  second = list(retained = rotated(retained), lost = rotated(lost)))

auc_of <- function(metric, buckets) {
  good <- colSums(metric$retained[buckets, , drop = FALSE])
  bad <- colSums(metric$lost[buckets, , drop = FALSE])
  score <- c(rep(0:4, good), rep(0:4, bad))
  kept <- c(rep(1, sum(good)), rep(0, sum(bad)))
  as.numeric(auc(roc(kept, score, direction = "<", quiet = TRUE)))
}
jackknife <- function(statistic) {
  replicates <- sapply(1:12, function(g) statistic(setdiff(1:12, g)))
  replicates <- matrix(replicates, ncol = 12)
  deviations <- replicates - rowMeans(replicates)
  list(
    estimate = statistic(1:12), mean = rowMeans(replicates), covariance = drop(11 / 12 * deviations %*% t(deviations)))
}

both <- jackknife(function(buckets) sapply(metrics, auc_of, buckets = buckets))
show("auc", both$estimate)
show("auc jackknife mean", both$mean)
show("auc jackknife covariance", both$covariance)
df <- min(sum(rowSums(retained) > 0), sum(rowSums(lost) > 0)) - 1
critical <- qt(0.975, df)
logits <- jackknife(function(buckets) qlogis(sapply(metrics, auc_of, buckets = buckets)))
show("logit auc jackknife variance", diag(logits$covariance))
half <- critical * sqrt(diag(logits$covariance))
show("auc lower", plogis(logits$estimate - half))
show("auc upper", plogis(logits$estimate + half))
difference <- both$estimate[[1]] - both$estimate[[2]]
variance <- sum(both$covariance * c(1, -1, -1, 1))
show("difference, variance", c(difference, variance))
show("difference interval", difference + c(-1, 1) * critical * sqrt(variance))
show("difference p", 2 * pt(-abs(difference) / sqrt(variance), df))
show("losses, losses needed", c(sum(lost), sum(lost) * variance * (critical / difference)^2))
pooled <- roc(
  c(rep(1, sum(retained)), rep(0, sum(lost))),
  c(rep(0:4, colSums(retained)), rep(0:4, colSums(lost))), direction = "<", quiet = TRUE)
show("delong variance", var(pooled, method = "delong"))

# The retention of the middle level, and its Wilson interval with an effective number of trials.
successes <- retained[, 3]
totals <- retained[, 3] + lost[, 3]
rate <- jackknife(function(buckets) sum(successes[buckets]) / sum(totals[buckets]))
trials <- min(sum(totals), rate$estimate * (1 - rate$estimate) / rate$covariance)
z <- qt(0.975, sum(totals > 0) - 1)
centre <- (rate$estimate + z^2 / (2 * trials)) / (1 + z^2 / trials)
arm <- z / (1 + z^2 / trials) * sqrt(rate$estimate * (1 - rate$estimate) / trials + z^2 / (4 * trials^2))
show("rate, variance, observations", c(rate$estimate, rate$covariance, sum(totals)))
show("rate interval", c(centre - arm, centre + arm))
show("t interval of the same mean", rate$estimate + c(-1, 1) * z * sqrt(rate$covariance))
show("wilson of 0 in 20", prop.test(0, 20, correct = FALSE)$conf.int)
show("wilson of 45 in 50", prop.test(45, 50, correct = FALSE)$conf.int)

show("qt(0.975, 1 9 63 500)", qt(0.975, c(1, 9, 63, 500)))
show("two-sided p of t = 2.5, df 9", 2 * pt(-2.5, 9))
p <- c(.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1)
show("p.adjust BH", p.adjust(p, "BH"))
show("binomial p, 0 of 1149, 1869/7043", 2 * pbinom(0, 1149, 1869 / 7043))
data(aSAH)
wfns <- roc(aSAH$outcome, as.numeric(aSAH$wfns), levels = c("Good", "Poor"), direction = "<", quiet = TRUE)
show("aSAH wfns auc, variance", c(auc(wfns), var(wfns)))
